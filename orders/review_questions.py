"""What staff ask buyers about orders that review stopped: short, polite, in the language of the shop's market.

These texts are for buyers, not for staff, so they do not follow the language of the page; staff may change them.
"""

from orders.models import HoldReason

# Market -> language, where it is not English.
LANGUAGES = {
    "CN": "zh",
    "ES": "es",
    "ID": "id",
    "MX": "es",
    "MY": "ms",
    "TH": "th",
    "TW": "zh",
    "VN": "vi",
}
DEFAULT = "en"
ADDRESS, QUANTITY, STOCK, ORDER = "address", "quantity", "stock", "order"
TOPICS = {
    HoldReason.ADDRESS_MISSING: ADDRESS,
    HoldReason.ADDRESS_INVALID: ADDRESS,
    HoldReason.ADDRESS_MASKED: ADDRESS,
    HoldReason.ADDRESS_DOUBTFUL: ADDRESS,
    HoldReason.LARGE_QUANTITY: QUANTITY,
    HoldReason.MANY_TO_ADDRESS: QUANTITY,
    HoldReason.OUT_OF_STOCK: STOCK,
    HoldReason.CANCEL_REQUESTED: ORDER,
    HoldReason.BUYER_NOTE: ORDER,
    HoldReason.HIGH_VALUE: ORDER,
}
TEXTS: dict[str, dict[str, str]] = {
    "en": {
        ADDRESS: "Hello! Before we ship your order {order}: something in the address does not seem right. Please check "
        "it in the app (street, house number, postal code, phone) and change it there, or reply here.",
        QUANTITY: "Hello! Before we ship your order {order}: is the quantity what you meant to order? Please reply here.",
        STOCK: "Hello! Part of your order {order} is out of stock at the moment. Would you like to wait, or shall we "
        "cancel it? Please reply here.",
        ORDER: "Hello! We have a question about your order {order} before we ship it. Please reply here.",
    },
    "zh": {
        ADDRESS: "您好!您的订单 {order} 发货前,我们发现收货地址可能有误。请在应用内核对并修改(街道、门牌号、邮编、电话),或在这里回复我们。",
        QUANTITY: "您好!您的订单 {order} 发货前想跟您确认:购买数量是否正确?请在这里回复我们。",
        STOCK: "您好!您的订单 {order} 中有商品暂时缺货。您愿意等待,还是需要取消?请在这里回复我们。",
        ORDER: "您好!您的订单 {order} 发货前有一点需要跟您确认,请在这里回复我们。",
    },
    "vi": {
        ADDRESS: "Xin chào! Trước khi gửi đơn {order}, shop thấy địa chỉ có thể chưa đúng. Bạn vui lòng kiểm tra và sửa "
        "trong ứng dụng (đường, số nhà, mã bưu chính, điện thoại) hoặc trả lời tại đây.",
        QUANTITY: "Xin chào! Trước khi gửi đơn {order}, bạn vui lòng xác nhận số lượng đã đặt có đúng không nhé.",
        STOCK: "Xin chào! Một phần của đơn {order} đang tạm hết hàng. Bạn muốn chờ hay hủy đơn? Vui lòng trả lời tại đây.",
        ORDER: "Xin chào! Shop cần xác nhận một điều về đơn {order} trước khi gửi. Bạn vui lòng trả lời tại đây.",
    },
    "th": {
        ADDRESS: "สวัสดีค่ะ ก่อนจัดส่งคำสั่งซื้อ {order} ทางร้านพบว่าที่อยู่อาจไม่ถูกต้อง รบกวนตรวจสอบและแก้ไขในแอป "
        "(ถนน บ้านเลขที่ รหัสไปรษณีย์ โทรศัพท์) หรือตอบกลับที่นี่ค่ะ",
        QUANTITY: "สวัสดีค่ะ ก่อนจัดส่งคำสั่งซื้อ {order} รบกวนยืนยันว่าจำนวนที่สั่งถูกต้องหรือไม่คะ",
        STOCK: "สวัสดีค่ะ สินค้าบางส่วนในคำสั่งซื้อ {order} หมดชั่วคราว ลูกค้าต้องการรอหรือยกเลิกคะ รบกวนตอบกลับที่นี่ค่ะ",
        ORDER: "สวัสดีค่ะ ทางร้านมีเรื่องขอยืนยันเกี่ยวกับคำสั่งซื้อ {order} ก่อนจัดส่ง รบกวนตอบกลับที่นี่ค่ะ",
    },
    "id": {
        ADDRESS: "Halo! Sebelum pesanan {order} dikirim: sepertinya ada yang kurang tepat pada alamatnya. Mohon periksa "
        "dan ubah di aplikasi (jalan, nomor rumah, kode pos, telepon) atau balas di sini.",
        QUANTITY: "Halo! Sebelum pesanan {order} dikirim: apakah jumlahnya sudah benar? Mohon balas di sini.",
        STOCK: "Halo! Sebagian pesanan {order} sedang habis. Apakah Anda ingin menunggu atau membatalkan? Mohon balas di sini.",
        ORDER: "Halo! Ada yang perlu kami tanyakan tentang pesanan {order} sebelum dikirim. Mohon balas di sini.",
    },
    "ms": {
        ADDRESS: "Hai! Sebelum pesanan {order} dihantar: ada sesuatu yang tidak kena pada alamat. Sila semak dan ubah "
        "dalam aplikasi (jalan, nombor rumah, poskod, telefon) atau balas di sini.",
        QUANTITY: "Hai! Sebelum pesanan {order} dihantar: adakah kuantitinya betul? Sila balas di sini.",
        STOCK: "Hai! Sebahagian pesanan {order} kehabisan stok. Adakah anda mahu menunggu atau batalkan? Sila balas di sini.",
        ORDER: "Hai! Kami ada soalan tentang pesanan {order} sebelum dihantar. Sila balas di sini.",
    },
    "es": {
        ADDRESS: "¡Hola! Antes de enviar tu pedido {order}: parece que algo en la dirección no es correcto. Revísala y "
        "cámbiala en la aplicación (calle, número, código postal, teléfono) o respóndenos aquí.",
        QUANTITY: "¡Hola! Antes de enviar tu pedido {order}: ¿la cantidad es la que querías? Respóndenos aquí, por favor.",
        STOCK: "¡Hola! Una parte de tu pedido {order} está agotada por ahora. ¿Prefieres esperar o cancelarlo? "
        "Respóndenos aquí, por favor.",
        ORDER: "¡Hola! Tenemos una pregunta sobre tu pedido {order} antes de enviarlo. Respóndenos aquí, por favor.",
    },
}


def text(*, reason: str, region: str, order: str) -> str:
    """The prepared question; empty where there is nothing to ask the buyer."""
    topic = TOPICS.get(reason)
    if topic is None:
        return ""
    return TEXTS[LANGUAGES.get(region.upper(), DEFAULT)][topic].format(order=order)
