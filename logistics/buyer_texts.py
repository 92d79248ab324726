"""What buyers read when their parcel is in trouble: short, polite, in the language of the shop's market.

These texts are for buyers, not for staff, so they do not follow the language of the page.
"""

from logistics.models import ExceptionKind as Kind
from orders.review_questions import DEFAULT, LANGUAGES

# Kinds that a buyer experiences in the same way share their words.
_SAME = {Kind.STALE: Kind.DELAYED, Kind.NO_SCAN: Kind.DELAYED, Kind.RETURNED: Kind.RETURNING}

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        Kind.DELAYED: "Hello! Your order {order} (parcel {number}) is taking longer than planned. We are in touch "
        "with the carrier and will tell you as soon as it moves. Sorry for the wait.",
        Kind.CUSTOMS_DELAY: "Hello! Your order {order} (parcel {number}) is being checked at customs. This usually "
        "takes a few days; there is nothing you need to do now. Thank you for your patience.",
        Kind.ATTEMPT_FAILED: "Hello! The carrier tried to deliver your order {order} (parcel {number}) but could not "
        "hand it over. They will try again; please keep your phone within reach.",
        Kind.ADDRESS_ISSUE: "Hello! The carrier cannot find the address of your order {order} (parcel {number}). "
        "Please reply here with the full address and a phone number.",
        Kind.HELD_PAYMENT: "Hello! Your order {order} (parcel {number}) is held until a fee is settled. We are "
        "looking into it and will write to you again.",
        Kind.REFUSED: "Hello! The carrier reports that your order {order} (parcel {number}) was not accepted. If "
        "that was a mistake, please reply here.",
        Kind.RETURNING: "Hello! Your order {order} (parcel {number}) is on its way back to us. Please tell us "
        "whether you would like it sent again or refunded.",
        Kind.LOST: "Hello! We are sorry: the carrier cannot find your order {order} (parcel {number}). Please tell "
        "us whether you would like a replacement or a refund.",
        Kind.DAMAGED: "Hello! We are sorry: your order {order} (parcel {number}) was damaged on the way. Please tell "
        "us whether you would like a replacement or a refund.",
    },
    "zh": {
        Kind.DELAYED: "您好!您的订单 {order}(运单 {number})比预计慢了一些,我们已联系承运商,有新进展会马上告诉您。抱歉让您久等了。",
        Kind.CUSTOMS_DELAY: "您好!您的订单 {order}(运单 {number})正在清关,一般需要几天时间,您暂时不用做任何操作。感谢您的耐心。",
        Kind.ATTEMPT_FAILED: "您好!快递员派送您的订单 {order}(运单 {number})时未能成功交付,将再次派送,请留意电话。",
        Kind.ADDRESS_ISSUE: "您好!承运商找不到您的订单 {order}(运单 {number})的收货地址,请在这里回复完整地址和电话。",
        Kind.HELD_PAYMENT: "您好!您的订单 {order}(运单 {number})因费用未结清暂时被扣留,我们正在处理,稍后会再联系您。",
        Kind.REFUSED: "您好!承运商反馈您的订单 {order}(运单 {number})被拒收。如有误会,请在这里回复我们。",
        Kind.RETURNING: "您好!您的订单 {order}(运单 {number})正在退回。请告诉我们您希望重新寄送还是退款。",
        Kind.LOST: "您好!非常抱歉,承运商找不到您的订单 {order}(运单 {number})。请告诉我们您希望补发还是退款。",
        Kind.DAMAGED: "您好!非常抱歉,您的订单 {order}(运单 {number})在途中受损。请告诉我们您希望补发还是退款。",
    },
    "vi": {
        Kind.DELAYED: "Xin chào! Đơn hàng {order} (mã vận đơn {number}) đang đến chậm hơn dự kiến. Shop đã liên hệ "
        "đơn vị vận chuyển và sẽ báo ngay khi có tin mới. Mong bạn thông cảm.",
        Kind.CUSTOMS_DELAY: "Xin chào! Đơn hàng {order} (mã vận đơn {number}) đang làm thủ tục hải quan, thường mất "
        "vài ngày. Bạn chưa cần làm gì thêm. Cảm ơn bạn đã kiên nhẫn.",
        Kind.ATTEMPT_FAILED: "Xin chào! Đơn vị vận chuyển đã giao đơn {order} (mã vận đơn {number}) nhưng chưa thành "
        "công và sẽ giao lại. Bạn vui lòng để ý điện thoại nhé.",
        Kind.ADDRESS_ISSUE: "Xin chào! Đơn vị vận chuyển không tìm được địa chỉ của đơn {order} (mã vận đơn "
        "{number}). Bạn vui lòng trả lời tại đây địa chỉ đầy đủ và số điện thoại.",
        Kind.HELD_PAYMENT: "Xin chào! Đơn {order} (mã vận đơn {number}) đang bị giữ vì còn phí chưa thanh toán. Shop "
        "đang xử lý và sẽ nhắn lại cho bạn.",
        Kind.REFUSED: "Xin chào! Đơn vị vận chuyển báo đơn {order} (mã vận đơn {number}) đã bị từ chối nhận. Nếu "
        "nhầm lẫn, bạn vui lòng trả lời tại đây.",
        Kind.RETURNING: "Xin chào! Đơn {order} (mã vận đơn {number}) đang được hoàn về shop. Bạn muốn gửi lại hay "
        "hoàn tiền, vui lòng cho shop biết.",
        Kind.LOST: "Xin chào! Rất xin lỗi, đơn vị vận chuyển không tìm thấy đơn {order} (mã vận đơn {number}). Bạn "
        "muốn gửi bù hay hoàn tiền, vui lòng cho shop biết.",
        Kind.DAMAGED: "Xin chào! Rất xin lỗi, đơn {order} (mã vận đơn {number}) bị hư hỏng trên đường vận chuyển. "
        "Bạn muốn gửi bù hay hoàn tiền, vui lòng cho shop biết.",
    },
    "th": {
        Kind.DELAYED: "สวัสดีค่ะ คำสั่งซื้อ {order} (พัสดุ {number}) ล่าช้ากว่ากำหนด ร้านได้ติดต่อขนส่งแล้วและจะแจ้งทันทีเมื่อมีความคืบหน้า "
        "ขออภัยในความไม่สะดวกค่ะ",
        Kind.CUSTOMS_DELAY: "สวัสดีค่ะ คำสั่งซื้อ {order} (พัสดุ {number}) อยู่ระหว่างพิธีการศุลกากร โดยปกติใช้เวลาไม่กี่วัน "
        "ตอนนี้ลูกค้ายังไม่ต้องทำอะไรค่ะ ขอบคุณที่รอนะคะ",
        Kind.ATTEMPT_FAILED: "สวัสดีค่ะ ขนส่งพยายามจัดส่งคำสั่งซื้อ {order} (พัสดุ {number}) แต่ยังไม่สำเร็จ และจะจัดส่งอีกครั้ง "
        "รบกวนเปิดโทรศัพท์ไว้ด้วยค่ะ",
        Kind.ADDRESS_ISSUE: "สวัสดีค่ะ ขนส่งหาที่อยู่ของคำสั่งซื้อ {order} (พัสดุ {number}) ไม่พบ "
        "รบกวนตอบกลับที่นี่พร้อมที่อยู่ครบถ้วนและเบอร์โทรศัพท์ค่ะ",
        Kind.HELD_PAYMENT: "สวัสดีค่ะ คำสั่งซื้อ {order} (พัสดุ {number}) ถูกพักไว้เพราะมีค่าธรรมเนียมค้างอยู่ ร้านกำลังดำเนินการและจะแจ้งอีกครั้งค่ะ",
        Kind.REFUSED: "สวัสดีค่ะ ขนส่งแจ้งว่าคำสั่งซื้อ {order} (พัสดุ {number}) ถูกปฏิเสธการรับ หากเป็นความเข้าใจผิด รบกวนตอบกลับที่นี่ค่ะ",
        Kind.RETURNING: "สวัสดีค่ะ คำสั่งซื้อ {order} (พัสดุ {number}) กำลังถูกส่งกลับมาที่ร้าน ต้องการให้จัดส่งใหม่หรือคืนเงิน รบกวนแจ้งร้านค่ะ",
        Kind.LOST: "สวัสดีค่ะ ขออภัยอย่างยิ่ง ขนส่งหาคำสั่งซื้อ {order} (พัสดุ {number}) ไม่พบ ต้องการให้ส่งใหม่หรือคืนเงิน รบกวนแจ้งร้านค่ะ",
        Kind.DAMAGED: "สวัสดีค่ะ ขออภัยอย่างยิ่ง คำสั่งซื้อ {order} (พัสดุ {number}) เสียหายระหว่างทาง ต้องการให้ส่งใหม่หรือคืนเงิน รบกวนแจ้งร้านค่ะ",
    },
    "id": {
        Kind.DELAYED: "Halo! Pesanan {order} (resi {number}) terlambat dari rencana. Kami sudah menghubungi kurir dan "
        "akan segera memberi kabar. Mohon maaf sudah menunggu.",
        Kind.CUSTOMS_DELAY: "Halo! Pesanan {order} (resi {number}) sedang diperiksa bea cukai, biasanya beberapa "
        "hari. Anda belum perlu melakukan apa pun. Terima kasih atas kesabarannya.",
        Kind.ATTEMPT_FAILED: "Halo! Kurir sudah mencoba mengantar pesanan {order} (resi {number}) tetapi belum "
        "berhasil dan akan mencoba lagi. Mohon pastikan telepon Anda aktif.",
        Kind.ADDRESS_ISSUE: "Halo! Kurir tidak menemukan alamat pesanan {order} (resi {number}). Mohon balas di sini "
        "dengan alamat lengkap dan nomor telepon.",
        Kind.HELD_PAYMENT: "Halo! Pesanan {order} (resi {number}) ditahan karena ada biaya yang belum lunas. Kami "
        "sedang mengurusnya dan akan menghubungi Anda lagi.",
        Kind.REFUSED: "Halo! Kurir melaporkan pesanan {order} (resi {number}) ditolak. Jika itu keliru, mohon balas "
        "di sini.",
        Kind.RETURNING: "Halo! Pesanan {order} (resi {number}) sedang dikembalikan ke kami. Mohon beri tahu apakah "
        "ingin dikirim ulang atau dana dikembalikan.",
        Kind.LOST: "Halo! Mohon maaf, kurir tidak menemukan pesanan {order} (resi {number}). Mohon beri tahu apakah "
        "ingin dikirim pengganti atau dana dikembalikan.",
        Kind.DAMAGED: "Halo! Mohon maaf, pesanan {order} (resi {number}) rusak di perjalanan. Mohon beri tahu apakah "
        "ingin dikirim pengganti atau dana dikembalikan.",
    },
    "ms": {
        Kind.DELAYED: "Hai! Pesanan {order} (bungkusan {number}) mengambil masa lebih lama daripada dirancang. Kami "
        "sudah menghubungi kurier dan akan maklumkan segera. Maaf atas kelewatan ini.",
        Kind.CUSTOMS_DELAY: "Hai! Pesanan {order} (bungkusan {number}) sedang diperiksa kastam, biasanya beberapa "
        "hari. Anda tidak perlu berbuat apa-apa buat masa ini. Terima kasih kerana bersabar.",
        Kind.ATTEMPT_FAILED: "Hai! Kurier cuba menghantar pesanan {order} (bungkusan {number}) tetapi tidak berjaya "
        "dan akan cuba lagi. Sila pastikan telefon anda boleh dihubungi.",
        Kind.ADDRESS_ISSUE: "Hai! Kurier tidak menemui alamat pesanan {order} (bungkusan {number}). Sila balas di "
        "sini dengan alamat penuh dan nombor telefon.",
        Kind.HELD_PAYMENT: "Hai! Pesanan {order} (bungkusan {number}) ditahan kerana ada bayaran yang belum selesai. "
        "Kami sedang menguruskannya dan akan menghubungi anda lagi.",
        Kind.REFUSED: "Hai! Kurier melaporkan pesanan {order} (bungkusan {number}) ditolak. Jika itu satu kesilapan, "
        "sila balas di sini.",
        Kind.RETURNING: "Hai! Pesanan {order} (bungkusan {number}) sedang dipulangkan kepada kami. Sila beritahu "
        "sama ada mahu dihantar semula atau bayaran balik.",
        Kind.LOST: "Hai! Maaf, kurier tidak menemui pesanan {order} (bungkusan {number}). Sila beritahu sama ada "
        "mahu gantian atau bayaran balik.",
        Kind.DAMAGED: "Hai! Maaf, pesanan {order} (bungkusan {number}) rosak dalam perjalanan. Sila beritahu sama "
        "ada mahu gantian atau bayaran balik.",
    },
    "es": {
        Kind.DELAYED: "¡Hola! Tu pedido {order} (envío {number}) tarda más de lo previsto. Ya hablamos con la "
        "paquetería y te avisaremos en cuanto se mueva. Disculpa la espera.",
        Kind.CUSTOMS_DELAY: "¡Hola! Tu pedido {order} (envío {number}) está en revisión de aduana; suele tardar unos "
        "días y no tienes que hacer nada. Gracias por tu paciencia.",
        Kind.ATTEMPT_FAILED: "¡Hola! La paquetería intentó entregar tu pedido {order} (envío {number}) sin éxito y "
        "volverá a intentarlo. Por favor, ten el teléfono a la mano.",
        Kind.ADDRESS_ISSUE: "¡Hola! La paquetería no encuentra la dirección de tu pedido {order} (envío {number}). "
        "Por favor, respóndenos aquí con la dirección completa y un teléfono.",
        Kind.HELD_PAYMENT: "¡Hola! Tu pedido {order} (envío {number}) está retenido por un cargo pendiente. Lo "
        "estamos resolviendo y te escribiremos de nuevo.",
        Kind.REFUSED: "¡Hola! La paquetería informa que tu pedido {order} (envío {number}) fue rechazado. Si fue un "
        "error, respóndenos aquí.",
        Kind.RETURNING: "¡Hola! Tu pedido {order} (envío {number}) viene de regreso. Dinos si prefieres que lo "
        "enviemos otra vez o un reembolso.",
        Kind.LOST: "¡Hola! Lo sentimos: la paquetería no encuentra tu pedido {order} (envío {number}). Dinos si "
        "prefieres un reemplazo o un reembolso.",
        Kind.DAMAGED: "¡Hola! Lo sentimos: tu pedido {order} (envío {number}) se dañó en el camino. Dinos si "
        "prefieres un reemplazo o un reembolso.",
    },
}


def text(*, kind: str, region: str, order: str, number: str) -> str:
    """The prepared words; empty for a kind that is not the buyer's business."""
    words = TEXTS[LANGUAGES.get(region, DEFAULT)].get(_SAME.get(kind, kind), "")
    return words.format(order=order, number=number or "—")
