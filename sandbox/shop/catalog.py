"""The invented sellers, their shops and what they sell.
A row is (title, [(seller SKU, variation, price, grams, pieces in stock)]); prices are in the shop's currency."""

SELLERS = (
    {"open_id": "sb-cedar", "name": "Cedar & Sand 雪松家居", "seller_type": "LOCAL", "base_region": "VN"},
    {
        "open_id": "sb-lumi",
        "name": "Lumi Beauty 露米美妆",
        "seller_type": "CROSS_BORDER",
        "base_region": "CN",
    },
    {"open_id": "sb-north", "name": "Northside Goods", "seller_type": "LOCAL", "base_region": "US"},
)

# id, code, name, region, owner, currency, decimals, zone, shipping types
SHOPS = (
    ("7495540735300000101", "VNLCSB7001", "Cedar & Sand Vietnam", "VN", "sb-cedar", "VND", 0, "Asia/Ho_Chi_Minh", ("SELLER", "SELLER", "SELLER", "TIKTOK")),
    ("7495540735300000201", "MYCBSB7002", "Lumi Beauty Malaysia", "MY", "sb-lumi", "MYR", 2, "Asia/Kuala_Lumpur", ("TIKTOK",)),
    ("7495540735300000202", "SGCBSB7003", "Lumi Beauty Singapore", "SG", "sb-lumi", "SGD", 2, "Asia/Singapore", ("TIKTOK",)),
    ("7495540735300000203", "THCBSB7004", "Lumi Beauty Thailand", "TH", "sb-lumi", "THB", 2, "Asia/Bangkok", ("TIKTOK",)),
    ("7495540735300000301", "USLCSB7005", "Northside Goods", "US", "sb-north", "USD", 2, "America/Los_Angeles", ("SELLER", "SELLER", "TIKTOK")),
)  # fmt: skip

CEDAR = (
    ("Sea-glaze stoneware mug 350 ml", [("KF-MUG-SEA", "Sea blue", 129000, 420, 260), ("KF-MUG-SND", "Sand", 129000, 420, 240), ("KF-MUG-PIN", "Pine", 135000, 420, 180)]),
    ("Cedar canvas tote", [("KF-TOTE-L", "Large, natural", 159000, 310, 300), ("KF-TOTE-S", "Small, natural", 119000, 220, 220)]),
    ("Rice-bran hand serum 30 ml", [("KF-SERUM-30", "30 ml", 189000, 95, 320)]),
    ("Morning tea set, five pieces", [("KF-SET-TEA", "Five pieces", 459000, 1850, 90)]),
    ("Paper lantern table lamp", [("KF-LAMP-01", "Warm white", 329000, 780, 140), ("KF-LAMP-02", "Amber", 339000, 780, 110)]),
    ("Bamboo cutlery roll", [("KF-CUTL-6", "Six pieces", 99000, 160, 280)]),
    ("Linen cushion cover 45 cm", [("KF-CUSH-SND", "Sand", 145000, 180, 200), ("KF-CUSH-CLY", "Clay", 145000, 180, 190), ("KF-CUSH-SEA", "Sea blue", 145000, 180, 160)]),
    ("Beeswax pillar candle", [("KF-CNDL-10", "10 cm", 89000, 260, 340), ("KF-CNDL-15", "15 cm", 119000, 390, 230)]),
    ("Seagrass storage basket", [("KF-BSKT-M", "Medium", 219000, 640, 130), ("KF-BSKT-L", "Large", 289000, 920, 100)]),
    ("Acacia serving board", [("KF-BORD-30", "30 cm", 249000, 880, 120)]),
    ("Cotton waffle towel", [("KF-TOWL-BTH", "Bath", 199000, 420, 210), ("KF-TOWL-HND", "Hand", 99000, 170, 260)]),
    ("Ceramic incense dish", [("KF-INCS-01", "Leaf", 79000, 140, 250)]),
    ("Gift box with ribbon", [("", "Free gift", 29000, 120, 500)]),
    ("Hand-tied dried bouquet", [("OLD-BQT-7", "Meadow", 169000, 210, 80)]),
)  # fmt: skip

# The same goods in three shops; prices in MYR, converted for the others.
LUMI = (
    ("Dew serum with niacinamide", [("LB-SERUM-30", "30 ml", 49.9, 110, 400), ("LB-SERUM-50", "50 ml", 69.9, 150, 300)]),
    ("Cloud cushion foundation", [("LB-CUSH-N21", "N21 Ivory", 59.9, 95, 260), ("LB-CUSH-N23", "N23 Sand", 59.9, 95, 280), ("LB-CUSH-N27", "N27 Honey", 59.9, 95, 200)]),
    ("Velvet lip tint", [("LB-TINT-01", "01 Fig", 24.9, 32, 450), ("LB-TINT-02", "02 Brick", 24.9, 32, 420), ("LB-TINT-03", "03 Rosewood", 24.9, 32, 380), ("LB-TINT-04", "04 Plum", 24.9, 32, 300)]),
    ("Rice water toner", [("LB-TONER-150", "150 ml", 39.9, 210, 320)]),
    ("Green tea clay mask", [("LB-MASK-100", "100 g", 34.9, 160, 300), ("LB-MASK-5PK", "Five sachets", 19.9, 90, 360)]),
    ("Sun veil SPF50", [("LB-SUN-50", "50 ml", 44.9, 85, 420), ("LB-SUN-2PK", "Two tubes", 79.9, 170, 180)]),
    ("Lash lift mascara", [("LB-LASH-BK", "Black", 32.9, 40, 350), ("LB-LASH-BR", "Brown", 32.9, 40, 240)]),
    ("Brow pencil, refillable", [("LB-BROW-ASH", "Ash", 18.9, 25, 310), ("LB-BROW-TAU", "Taupe", 18.9, 25, 290), ("LB-BROW-RF", "Refill", 9.9, 12, 400)]),
    ("Jelly blush", [("LB-BLSH-PCH", "Peach", 29.9, 38, 260), ("LB-BLSH-ROS", "Rose", 29.9, 38, 280), ("LB-BLSH-LIL", "Lilac", 29.9, 38, 150)]),
    ("Overnight lip balm", [("LB-BALM-15", "15 g", 22.9, 45, 330)]),
    ("Micellar water", [("LB-MICL-300", "300 ml", 27.9, 340, 240)]),
    ("Travel skin set", [("LB-SET-TRV", "Four pieces", 89.9, 420, 120)]),
    ("Konjac sponge", [("LB-SPNG-1", "One", 8.9, 15, 500), ("LB-SPNG-3", "Three", 21.9, 45, 300)]),
    ("Silk hair turban", [("LB-TURB-PNK", "Pink", 25.9, 95, 180), ("LB-TURB-GRY", "Grey", 25.9, 95, 170)]),
    ("Sample sachets, assorted", [("", "Free gift", 5.0, 10, 900)]),
    ("Mirror with light", [("LUMI MIRROR?", "Compact", 39.9, 180, 90)]),
)  # fmt: skip

NORTH = (
    ("Insulated trail bottle", [("NG-BOTL-24", "24 oz", 27.0, 380, 240), ("NG-BOTL-32", "32 oz", 32.0, 460, 220)]),
    ("Camp enamel mug", [("NG-MUG-BLU", "Blue", 14.0, 160, 300), ("NG-MUG-CRM", "Cream", 14.0, 160, 280)]),
    ("Merino crew socks", [("NG-SOCK-M", "M", 18.0, 85, 320), ("NG-SOCK-L", "L", 18.0, 90, 340)]),
    ("Waxed canvas pouch", [("NG-PCH-S", "Small", 22.0, 120, 190), ("NG-PCH-L", "Large", 29.0, 180, 160)]),
    ("Rechargeable lantern", [("NG-LANT-01", "Olive", 44.0, 520, 140)]),
    ("Cast-iron skillet 8 in", [("NG-SKIL-8", "8 in", 36.0, 2100, 100)]),
    ("Fleece-lined beanie", [("NG-BEAN-GRY", "Grey", 21.0, 95, 260), ("NG-BEAN-RST", "Rust", 21.0, 95, 230)]),
    ("Cedar shoe freshener", [("NG-CEDR-2", "Pair", 12.0, 140, 280)]),
    ("Pocket first-aid kit", [("NG-AID-01", "42 pieces", 19.0, 230, 200)]),
    ("Cotton bandana", [("NG-BAND-RED", "Red", 11.0, 60, 350), ("NG-BAND-NVY", "Navy", 11.0, 60, 340)]),
    ("Dry bag", [("NG-DRY-10", "10 l", 24.0, 260, 170), ("NG-DRY-20", "20 l", 31.0, 340, 150)]),
    ("Sticker sheet", [("", "Free gift", 2.0, 8, 900)]),
    ("Walnut bottle opener", [("ng opener walnut", "Walnut", 16.0, 75, 120)]),
)  # fmt: skip

# Virtual bundles: (title, seller SKU, variation, price, grams, parts by seller SKU)
BUNDLES = {
    "sb-cedar": ("Sea breakfast for two", "KF-SET-SEA", "Two mugs and a board", 469000, 1720, (("KF-MUG-SEA", 2), ("KF-BORD-30", 1))),
    "sb-lumi": ("Glow duo", "LB-SET-DUO", "Serum and toner", 79.9, 320, (("LB-SERUM-30", 1), ("LB-TONER-150", 1))),
    "sb-north": ("Camp morning kit", "NG-SET-CAMP", "Mug, bottle, bandana", 46.0, 600, (("NG-MUG-BLU", 1), ("NG-BOTL-24", 1), ("NG-BAND-RED", 1))),
}  # fmt: skip

# seller -> its range
RANGES = {"sb-cedar": CEDAR, "sb-lumi": LUMI, "sb-north": NORTH}
PRICE_FACTOR = {"VN": 1.0, "MY": 1.0, "SG": 0.31, "TH": 7.9, "US": 1.0}

# region -> [(provider id, name shown, carrier key)] for the seller's own carriers
PROVIDERS = {
    "VN": (
        ("6841743441349706241", "J&T Express", "jt-express"),
        ("7010749880364009218", "SPX Express", "spx"),
        ("7010749880364009301", "Ninja Van", "ninja-van"),
        ("7010749880364009302", "Viettel Post", "viettel-post"),
    ),
    "US": (
        ("7117858858072016686", "USPS", "usps"),
        ("7117859084333745966", "UPS", "ups"),
        ("7129720299146184490", "FedEx", "fedex"),
        ("7117858858072016901", "DHL eCommerce", "dhl-ecommerce"),
    ),
    "MY": (
        ("6841743441349706301", "J&T Express", "jt-express"),
        ("6841743441349706302", "Ninja Van", "ninja-van"),
    ),
    "SG": (
        ("6841743441349706401", "Ninja Van", "ninja-van"),
        ("6841743441349706402", "SingPost", "singpost"),
    ),
    "TH": (
        ("6841743441349706501", "Flash Express", "flash"),
        ("6841743441349706502", "Thailand Post", "thailand-post"),
    ),
}
# region -> the platform's own carriers: (provider id, name shown, carrier key, kind of number)
LABEL_CARRIERS = {
    "VN": (("7010749880364009401", "J&T Express", "jt-express", "jt"), ("7010749880364009402", "VNPost", "vnpost", "s10:VN")),
    "MY": (("7010749880364009501", "J&T Express", "jt-express", "jt"), ("7010749880364009502", "Pos Malaysia", "pos-malaysia", "s10:MY")),
    "SG": (("7010749880364009601", "Ninja Van", "ninja-van", "ninja"), ("7010749880364009602", "SingPost", "singpost", "s10:SG")),
    "TH": (("7010749880364009701", "Thailand Post", "thailand-post", "s10:TH"), ("7010749880364009702", "Flash Express", "flash", "flash")),
    "US": (("7010749880364009801", "USPS", "usps", "usps"), ("7010749880364009802", "UPS", "ups", "ups")),
}  # fmt: skip
