"""The words of a packing slip in the buyer's language. They are the paper's own, whatever language the printing person uses."""

from dataclasses import dataclass

from warehouse.models import SlipLanguage


@dataclass(frozen=True)
class SlipWords:
    """Everything that a slip says by itself. `lang` is the tag that chooses glyphs and line breaks."""

    lang: str
    title: str
    order: str
    package: str
    item: str
    quantity: str
    total: str
    thanks: str
    help: str


WORDS = {
    SlipLanguage.EN: SlipWords(
        "en",
        "Packing slip",
        "Order",
        "Package",
        "Item",
        "Qty",
        "Total",
        "Thank you for your order!",
        "Is something missing or damaged? Write to us from the page of your order.",
    ),
    SlipLanguage.ZH: SlipWords(
        "zh-Hans",
        "装箱单",
        "订单号",
        "包裹号",
        "商品",
        "数量",
        "合计",
        "感谢您的购买！",
        "如有缺件或破损，请在订单页面联系我们。",
    ),
    SlipLanguage.TH: SlipWords(
        "th",
        "ใบรายการสินค้าในพัสดุ",
        "หมายเลขคำสั่งซื้อ",
        "หมายเลขพัสดุ",
        "สินค้า",
        "จำนวน",
        "รวม",
        "ขอบคุณสำหรับคำสั่งซื้อของคุณ",
        "หากสินค้าไม่ครบหรือเสียหาย โปรดติดต่อเราจากหน้าคำสั่งซื้อ",
    ),
    SlipLanguage.VI: SlipWords(
        "vi",
        "Phiếu đóng gói",
        "Mã đơn hàng",
        "Mã kiện hàng",
        "Sản phẩm",
        "Số lượng",
        "Tổng cộng",
        "Cảm ơn bạn đã mua hàng!",
        "Nếu hàng thiếu hoặc hư hỏng, hãy liên hệ với chúng tôi từ trang đơn hàng.",
    ),
    SlipLanguage.ES: SlipWords(
        "es",
        "Lista de empaque",
        "Pedido",
        "Paquete",
        "Artículo",
        "Cant.",
        "Total",
        "¡Gracias por tu compra!",
        "¿Falta algo o llegó dañado? Escríbenos desde la página de tu pedido.",
    ),
    SlipLanguage.ID: SlipWords(
        "id",
        "Daftar isi paket",
        "Nomor pesanan",
        "Nomor paket",
        "Barang",
        "Jumlah",
        "Total",
        "Terima kasih atas pesanan Anda!",
        "Ada barang yang kurang atau rusak? Hubungi kami dari halaman pesanan Anda.",
    ),
}

_BY_REGION = {
    SlipLanguage.ZH: ("CN", "TW", "HK", "MO"),
    SlipLanguage.TH: ("TH",),
    SlipLanguage.VI: ("VN",),
    SlipLanguage.ES: ("ES", "MX", "CL", "CO", "PE", "AR"),
    SlipLanguage.ID: ("ID",),
}
REGIONS = {region: language for language, regions in _BY_REGION.items() for region in regions}


def language_of(*, region: str, chosen: str = "") -> str:
    """The shop's own choice, else the language of its region, else English."""
    return chosen or REGIONS.get(region.upper(), SlipLanguage.EN)


def words_of(language: str) -> SlipWords:
    return WORDS[SlipLanguage(language)]
