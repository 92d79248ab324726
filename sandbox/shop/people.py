"""Invented buyers with addresses that are right for their region: postcode, province, script."""

import random
import unicodedata

# region -> dialing code, given names, family names (shown family-first where that is the custom)
NAMES = {
    "VN": ("+84", ("Minh Anh", "Bảo Ngọc", "Quang Huy", "Thùy Linh", "Đức Long", "Hà My", "Gia Hân", "Khánh Vy", "Tuấn Kiệt", "Mai Chi"), ("Trần", "Lê", "Phạm", "Vũ", "Đặng", "Bùi", "Hồ", "Ngô", "Dương", "Lý")),
    "MY": ("+60", ("Aisyah", "Hafiz", "Nurul Izzah", "Wei Jie", "Mei Yin", "Kavitha", "Arvind", "Farah", "Zulkifli", "Siew Ling"), ("Rahman", "Osman", "Tan", "Lim", "Wong", "Pillai", "Ismail", "Yusof", "Chong", "Nair")),
    "SG": ("+65", ("Jia Hui", "Marcus", "Priya", "Wen Jun", "Shu Min", "Haziq", "Rachel", "Kai Xiang", "Divya", "Nadia"), ("Goh", "Koh", "Teo", "Menon", "Ong", "Sim", "Chua", "Seah", "Rajan", "Toh")),
    "TH": ("+66", ("พิมพ์ชนก", "ณัฐวุฒิ", "กัญญารัตน์", "ธนกฤต", "สุภาพร", "วรินทร", "ปวีณา", "อนุชา", "ชลธิชา", "ภูมิพัฒน์"), ("ศรีสุข", "ใจงาม", "ทองมาก", "วงศ์ดี", "แสงจันทร์", "บุญเรือง", "พงษ์ไพร", "รุ่งเรือง", "สายชล", "คำแก้ว")),
    "US": ("+1", ("Maya", "Jordan", "Elena", "Theo", "Priya", "Marcus", "Hannah", "Diego", "Quinn", "Naomi"), ("Whitfield", "Okafor", "Lindgren", "Castillo", "Brennan", "Nakamura", "Delgado", "Pruitt", "Sandoval", "Hale")),
}  # fmt: skip

# region -> (state, city, district, ward or empty, postcode, streets)
PLACES = {
    "VN": (
        (
            "Thành phố Hồ Chí Minh",
            "Quận 3",
            "Phường Võ Thị Sáu",
            "",
            "700000",
            ("Lý Chính Thắng", "Nam Kỳ Khởi Nghĩa"),
        ),
        (
            "Thành phố Hồ Chí Minh",
            "Quận Bình Thạnh",
            "Phường 25",
            "",
            "700000",
            ("Ung Văn Khiêm", "Điện Biên Phủ"),
        ),
        ("Hà Nội", "Quận Cầu Giấy", "Phường Dịch Vọng", "", "100000", ("Trần Thái Tông", "Duy Tân")),
        ("Hà Nội", "Quận Đống Đa", "Phường Láng Hạ", "", "100000", ("Láng Hạ", "Thái Hà")),
        ("Đà Nẵng", "Quận Hải Châu", "Phường Hòa Cường Bắc", "", "550000", ("Lê Thanh Nghị", "Núi Thành")),
        ("Cần Thơ", "Quận Ninh Kiều", "Phường Xuân Khánh", "", "900000", ("Đường 30 Tháng 4", "Mậu Thân")),
    ),
    "MY": (
        ("Selangor", "Petaling Jaya", "", "", "47301", ("Jalan SS 7/13", "Jalan Kelana")),
        ("Selangor", "Shah Alam", "", "", "40150", ("Jalan Gadong", "Persiaran Bukit")),
        (
            "Wilayah Persekutuan Kuala Lumpur",
            "Kuala Lumpur",
            "",
            "",
            "50480",
            ("Jalan Kiara", "Jalan Dutamas"),
        ),
        ("Johor", "Johor Bahru", "", "", "81100", ("Jalan Molek 2", "Jalan Austin")),
        ("Pulau Pinang", "George Town", "", "", "10350", ("Jalan Bagan", "Lorong Kampar")),
    ),
    "SG": (
        ("Singapore", "Singapore", "", "", "560215", ("Ang Mo Kio Avenue 1",)),
        ("Singapore", "Singapore", "", "", "730768", ("Woodlands Drive 60",)),
        ("Singapore", "Singapore", "", "", "520147", ("Tampines Street 12",)),
        ("Singapore", "Singapore", "", "", "640512", ("Jurong West Street 52",)),
    ),
    "TH": (
        ("กรุงเทพมหานคร", "เขตจตุจักร", "แขวงลาดยาว", "", "10900", ("ถนนพหลโยธิน", "ซอยวิภาวดี 22")),
        ("กรุงเทพมหานคร", "เขตบางนา", "แขวงบางนาใต้", "", "10260", ("ถนนสรรพาวุธ", "ซอยลาซาล 24")),
        ("เชียงใหม่", "อำเภอเมืองเชียงใหม่", "ตำบลสุเทพ", "", "50200", ("ถนนสุเทพ", "ถนนนิมมานเหมินท์")),
        ("ชลบุรี", "อำเภอบางละมุง", "ตำบลหนองปรือ", "", "20150", ("ถนนพัทยากลาง", "ซอยบัวขาว")),
        ("ขอนแก่น", "อำเภอเมืองขอนแก่น", "ตำบลในเมือง", "", "40000", ("ถนนมิตรภาพ", "ถนนศรีจันทร์")),
    ),
    "US": (
        ("California", "Sacramento", "Sacramento County", "", "95816", ("J Street", "Alhambra Blvd")),
        ("Washington", "Tacoma", "Pierce County", "", "98405", ("S 12th Street", "Union Avenue")),
        ("Texas", "Austin", "Travis County", "", "78704", ("S Lamar Blvd", "Oltorf Street")),
        ("Illinois", "Evanston", "Cook County", "", "60202", ("Ridge Avenue", "Main Street")),
        ("New York", "Brooklyn", "Kings County", "", "11215", ("5th Avenue", "7th Street")),
        ("Georgia", "Decatur", "DeKalb County", "", "30030", ("Church Street", "Candler Street")),
    ),
}
ISO = {"California": "US-CA", "Washington": "US-WA", "Texas": "US-TX", "Illinois": "US-IL", "New York": "US-NY", "Georgia": "US-GA"}  # fmt: skip
COUNTRY = {"VN": "Vietnam", "MY": "Malaysia", "SG": "Singapore", "TH": "Thailand", "US": "United States"}
# Romanized forms for papers printed with Latin letters only.
LATIN_PLACE = {
    "กรุงเทพมหานคร": "Bangkok", "เชียงใหม่": "Chiang Mai", "ชลบุรี": "Chonburi", "ขอนแก่น": "Khon Kaen",
}  # fmt: skip
NOTES = {
    "VN": ("Gọi trước khi giao giúp mình nhé", "Giao giờ hành chính", "Gói quà giúp shop ơi"),
    "MY": ("Please call before delivery", "Leave at guard house"),
    "SG": ("Leave at the door, thank you", "Please pack well"),
    "TH": ("ฝากไว้ที่ป้อมยามได้ค่ะ", "ช่วยห่อกันกระแทกด้วยนะคะ"),
    "US": ("Leave at the side door please", "It's a gift, no price inside please", "Gate code 4417"),
}


def make_buyer(*, region: str, serial: int, rng: random.Random) -> dict:
    """A buyer of this region: id, nickname, name, phone and where they live."""
    dial, given, family = NAMES[region]
    first, last = rng.choice(given), rng.choice(family)
    state, city, district, ward, postcode, streets = rng.choice(PLACES[region])
    number = rng.randrange(2, 480)
    name = f"{last} {first}" if region == "VN" else f"{first} {last}"
    street = f"{rng.choice(streets)} {number}" if region == "TH" else f"{number} {rng.choice(streets)}"
    unit = f"#{rng.randrange(2, 19):02d}-{rng.randrange(10, 99)}" if region == "SG" else ""
    return {
        "id": f"74939{70_000_000_000_000 + serial * 7919:014d}",
        "nickname": f"{(latin(first) or 'buyer').split()[0].lower()}_{serial % 9973}",
        "name": name,
        "first": first,
        "last": last,
        "phone": f"({dial}){_digits(rng.randrange(900_000_000, 999_999_999), region=region)}",
        "state": state,
        "city": city,
        "district": district,
        "ward": ward,
        "postcode": postcode,
        "street": street,
        "unit": unit,
        "region": region,
    }


def _digits(nine: int, *, region: str) -> int:
    """As many digits as numbers of the region have: eight in Singapore, ten in the United States."""
    if region == "SG":
        return nine // 10
    return nine * 10 + nine % 7 if region == "US" else nine


def latin(text: str) -> str:
    """Latin letters without marks; text in another script gives what is known of it, else nothing."""
    if text in LATIN_PLACE:
        return LATIN_PLACE[text]
    plain = text.replace("đ", "d").replace("Đ", "D")
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().strip()
