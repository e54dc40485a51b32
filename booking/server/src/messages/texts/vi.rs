//! Tiếng Việt

use booking_domain::{Cause, MessageKind};
use protocol::Locale;

use super::{Facts, Language, Letter};
use crate::date_words::date_in_words;

const INMATE: &str = "người bị giam giữ";
const FACILITY: &str = "cơ sở cải huấn";

pub(super) const LANGUAGE: Language = Language {
    greeting,
    facility: " ({})",
    telephone: "Điện thoại của {facility}: {telephone}",
    letter,
    closing,
    sms,
    cause,
};

fn greeting(facts: &Facts<'_>) -> String {
    format!("Kính gửi {},", facts.name())
}

fn closing(facts: &Facts<'_>) -> String {
    format!(
        "Dịch vụ thăm gặp qua video\n{site}\n\nThư này do {host} tự động gửi, xin đừng trả lời. Liên kết của chúng tôi luôn bắt đầu bằng {site}; chúng tôi không bao giờ hỏi mật khẩu hay thu phí.",
        site = facts.site,
        host = facts.host(),
    )
}

fn visit(facts: &Facts<'_>) -> String {
    let Some((starts, ends)) = facts.slot() else {
        return String::new();
    };
    format!(
        "Thời gian: {}, {}–{} (giờ Đài Loan)\nCơ sở: {}\nNgười được thăm: {}",
        date_in_words(starts.date(), Locale::Vi),
        starts.strftime("%H:%M"),
        ends.strftime("%H:%M"),
        facts.facility(FACILITY),
        facts.inmate(INMATE),
    )
}

fn letter(kind: MessageKind, facts: &Facts<'_>) -> Letter {
    let (inmate, facility) = (facts.inmate(INMATE), facts.facility(FACILITY));
    let person = facts.person("Một người thăm khác");
    let link = facts.link.as_str();
    match kind {
        MessageKind::VerifyEmail => Letter::new(
            "Xin xác nhận địa chỉ email",
            [
                format!("Xin mở liên kết sau để xác nhận đây là địa chỉ email của quý vị:\n{link}"),
                "Liên kết có hiệu lực trong 10 phút. Sau đó, xin yêu cầu gửi lại ở trang đăng ký.".into(),
                "Nếu quý vị không đăng ký, xin bỏ qua thư này.".into(),
            ],
        ),
        MessageKind::AccountExists => Letter::new(
            "Quý vị đã có tài khoản",
            [
                "Vừa có người đăng ký bằng email hoặc số giấy tờ của quý vị, trong khi quý vị đã có tài khoản.".into(),
                format!("Nếu đó là quý vị, xin đăng nhập. Nếu quên mật khẩu, quý vị có thể đặt lại tại đây:\n{link}"),
                "Nếu không phải quý vị, tài khoản không có gì thay đổi và quý vị không cần làm gì.".into(),
            ],
        ),
        MessageKind::PasswordReset => Letter::new(
            "Đặt lại mật khẩu",
            [
                format!("Xin mở liên kết sau để đặt mật khẩu mới:\n{link}"),
                "Liên kết dùng được một lần, trong vòng 30 phút.".into(),
                "Nếu quý vị không yêu cầu, xin bỏ qua thư này; mật khẩu không thay đổi.".into(),
            ],
        ),
        MessageKind::PasswordChanged => Letter::new(
            "Mật khẩu của quý vị đã được thay đổi",
            [
                "Mật khẩu của quý vị vừa được thay đổi, các thiết bị khác đã được đăng xuất.".into(),
                format!("Nếu không phải quý vị thay đổi, xin đặt lại mật khẩu ngay:\n{link}"),
            ],
        ),
        MessageKind::PhoneChanged => Letter::new(
            "Số điện thoại di động của quý vị đã được thay đổi",
            [
                "Số điện thoại di động trong tài khoản của quý vị vừa được thay đổi. Từ nay, liên kết thăm gặp sẽ được gửi đến số mới.".into(),
                format!("Nếu không phải quý vị thay đổi, xin đặt lại mật khẩu ngay, rồi sửa lại số điện thoại trong tài khoản:\n{link}"),
            ],
        ),
        MessageKind::AddressCorrected => Letter::new(
            "Địa chỉ email trong tài khoản của quý vị đã được sửa lại",
            [
                "Sau khi quý vị xác nhận danh tính tại cơ sở, nhân viên đã sửa lại địa chỉ email trong tài khoản của quý vị. Từ nay, xin đăng nhập bằng địa chỉ mới; thư cũng sẽ được gửi đến địa chỉ này.".into(),
                format!("Nếu không nhớ mật khẩu, quý vị có thể đặt lại ở trang đăng nhập. Nếu quý vị không yêu cầu việc này, xin liên hệ ngay với cơ sở:\n{link}"),
            ],
        ),
        MessageKind::IdentityCorrected => Letter::new(
            "Thông tin cá nhân của quý vị đã được sửa lại",
            [
                format!("Sau khi đối chiếu giấy tờ, nhân viên của {facility} đã sửa lại họ tên, số căn cước hoặc ngày sinh trong tài khoản của quý vị. Các đơn và sự chấp thuận của quý vị vẫn giữ nguyên."),
                format!("Sau khi đăng nhập, quý vị có thể xem thông tin đã sửa trong tài khoản. Nếu vẫn còn chỗ chưa đúng, hoặc quý vị không yêu cầu việc này, xin liên hệ với {facility}:\n{link}"),
            ],
        ),
        MessageKind::AccountSuspended => Letter::new(
            "Tài khoản của quý vị đang tạm ngưng",
            [
                "Nhân viên quản lý dịch vụ đã tạm ngưng tài khoản của quý vị. Hiện tại quý vị chưa thể đăng nhập hoặc đặt lịch thăm.".into(),
                facts.reason("Lý do: {}"),
                "Các đơn và sự chấp thuận của quý vị vẫn giữ nguyên. Nếu quý vị đã đặt lịch thăm, cơ sở đang xem xét từng lịch và chúng tôi sẽ gửi thư báo kết quả.".into(),
                "Nếu quý vị có thắc mắc, hoặc thấy sự việc không đúng như vậy, xin hỏi cơ sở nơi quý vị đến thăm. Nhân viên sẽ chuyển lời, và quyết định có thể được xem xét lại.".into(),
                "Trong thời gian này, quý vị cũng có thể xin cơ sở bản sao dữ liệu cá nhân (trả lời trong 15 ngày), hoặc xin sửa, xóa dữ liệu và đóng tài khoản (trả lời trong 30 ngày).".into(),
                format!("Ngay khi tài khoản được mở lại, chúng tôi sẽ gửi thư cho quý vị. Khi đó quý vị có thể đăng nhập tại đây như trước:\n{link}"),
            ],
        ),
        MessageKind::AccountReinstated => Letter::new(
            "Tài khoản của quý vị đã được mở lại",
            [
                "Quý vị có thể đăng nhập và đặt lịch thăm như trước. Các đơn và sự chấp thuận của quý vị không thay đổi.".into(),
                "Nếu có lịch thăm đang được xem xét, cơ sở vẫn sẽ quyết định và chúng tôi sẽ gửi thư cho quý vị.".into(),
                format!("Đăng nhập tại đây:\n{link}"),
            ],
        ),
        MessageKind::ApplicationReceived => Letter::new(
            "Đơn đã được nhận và đang được xét duyệt",
            [
                format!("Chúng tôi đã nhận đơn xin thăm {inmate} của quý vị. {facility} đang xét duyệt."),
                "Khi có kết quả, chúng tôi sẽ gửi thư. Bây giờ quý vị không cần làm gì.".into(),
                format!("Quý vị có thể xem tiến độ bất cứ lúc nào:\n{link}"),
            ],
        ),
        MessageKind::ApplicationNeedsMore => Letter::new(
            "Đơn cần bổ sung",
            [
                format!("{facility} đã xem đơn xin thăm {inmate} của quý vị và cần thêm thông tin."),
                facts.reason("Ghi chú của người xét duyệt: {}"),
                format!("Xin bổ sung tại đây rồi gửi lại đơn:\n{link}"),
            ],
        ),
        MessageKind::ApplicationApproved => Letter::new(
            "Đơn đã được chấp thuận",
            [
                format!("{facility} đã chấp thuận đơn xin thăm {inmate} của quý vị."),
                format!("Bây giờ quý vị có thể đặt lịch thăm:\n{link}"),
            ],
        ),
        MessageKind::ApplicationRefused => Letter::new(
            "Đơn không được chấp thuận",
            [
                format!("Lần này {facility} chưa thể chấp thuận đơn xin thăm {inmate} của quý vị."),
                facts.reason("Lý do: {}"),
                format!("Nếu tình hình thay đổi hoặc có thể bổ sung giấy tờ, quý vị có thể nộp đơn lại:\n{link}"),
            ],
        ),
        MessageKind::ApplicationRevoked => Letter::new(
            "Quyền thăm gặp đã kết thúc",
            [
                format!("Quyền thăm {inmate} của quý vị đã kết thúc."),
                facts.reason("Lý do: {}"),
                format!("Để thăm lại, xin nộp đơn mới; nếu có thắc mắc, xin liên hệ {facility}:\n{link}"),
            ],
        ),
        MessageKind::ApplicationWithdrawn => Letter::new(
            "Đơn của quý vị đã được rút lại",
            [
                format!("Quý vị đã rút đơn xin thăm {inmate}. {facility} không xét duyệt đơn này nữa và không thể dùng đơn này để đặt lịch."),
                "Nếu quý vị còn lịch thăm người này, cơ sở sẽ xem lịch đó có thể diễn ra hay không. Chúng tôi sẽ gửi thư về từng lịch.".into(),
                format!("Khi muốn thăm lại, quý vị có thể nộp đơn mới:\n{link}"),
                format!("Nếu không phải quý vị rút đơn, xin đổi mật khẩu ngay và báo cho {facility}."),
            ],
        ),
        MessageKind::CompanionInvited => Letter::new(
            format!("{person} muốn cùng quý vị thăm gặp"),
            [
                format!("{person} muốn cùng quý vị thăm {inmate}."),
                format!("Xin cho biết quý vị đồng ý hay không tại đây:\n{link}"),
                "Để cùng thăm, quý vị cũng cần có đơn thăm người này đã được chấp thuận.".into(),
            ],
        ),
        MessageKind::CompanionAgreed => Letter::new(
            format!("{person} đồng ý cùng thăm gặp"),
            [
                format!("{person} đồng ý cùng quý vị thăm {inmate}."),
                format!("Khi đặt lịch, quý vị có thể thêm người này:\n{link}"),
            ],
        ),
        MessageKind::VisitConfirmed => Letter::new(
            "Lịch thăm đã được đặt",
            [
                "Buổi thăm gặp qua video của quý vị đã được đặt.".into(),
                visit(facts),
                facts.opening("Một ngày trước, quý vị sẽ nhận tin nhắn nhắc kiểm tra điện thoại. {} phút trước giờ bắt đầu, quý vị sẽ nhận một tin nhắn khác có liên kết để vào thăm gặp."),
                format!("Để thay đổi hoặc hủy:\n{link}"),
            ],
        ),
        MessageKind::VisitChanged => Letter::new(
            "Lịch thăm có thay đổi",
            [
                "Lịch thăm gặp của quý vị có thay đổi. Dưới đây là nội dung hiện tại.".into(),
                visit(facts),
                facts.party("Người thăm: {}", ", "),
                facts.reason_if_any("Lý do: {}"),
                facts.if_flagged("Cơ sở còn đang xem xét buổi thăm gặp này có thể diễn ra hay không, và chúng tôi sẽ gửi thư báo cho quý vị."),
                format!("Chi tiết:\n{link}"),
            ],
        ),
        MessageKind::VisitLeft => Letter::new(
            "Quý vị không còn trong buổi thăm gặp này",
            [
                "Quý vị không còn trong danh sách người tham gia buổi thăm gặp qua video sau. Chúng tôi sẽ không gửi liên kết của buổi này cho quý vị nữa.".into(),
                visit(facts),
                facts.reason_if_any("Lý do: {}"),
                format!("Nếu có thắc mắc, xin hỏi {facility}. Quý vị có thể xem lịch thăm hoặc đặt lịch khác tại đây:\n{link}"),
            ],
        ),
        MessageKind::VisitCancelled => Letter::new(
            "Lịch thăm đã bị hủy",
            [
                "Lịch thăm gặp sau đây đã bị hủy.".into(),
                visit(facts),
                facts.reason_if_any("Lý do: {}"),
                format!("Quý vị có thể đặt thời gian khác:\n{link}"),
            ],
        ),
        MessageKind::VisitFlagged => Letter::new(
            "Lịch thăm đang được xem xét",
            [
                "Do có thay đổi về thông tin, cơ sở đang xem xét lịch thăm gặp sau đây.".into(),
                visit(facts),
                facts.reason("Lý do: {}"),
                "Khi có kết quả, chúng tôi sẽ gửi thư. Bây giờ quý vị không cần làm gì.".into(),
                format!("Tình trạng hiện tại:\n{link}"),
            ],
        ),
        MessageKind::VisitResumed => Letter::new(
            "Buổi thăm gặp tiếp tục",
            [
                "Cơ sở đã xác nhận lại: buổi thăm gặp qua video này tiếp tục đến hết giờ.".into(),
                visit(facts),
                "Xin mở lại liên kết trong tin nhắn gần nhất. Nếu chưa có, liên kết sẽ đến ngay.".into(),
                format!("Tình trạng hiện tại:\n{link}"),
            ],
        ),
        MessageKind::VisitEnded => Letter::new(
            "Buổi thăm gặp đã kết thúc sớm",
            [
                "Buổi thăm gặp sau đây đã kết thúc trước giờ.".into(),
                visit(facts),
                facts.reason("Lý do: {}"),
                facts.counting("Lần này được tính vào số lần thăm trong tháng.", "Lần này không bị tính vào số lần thăm trong tháng."),
                format!("Nếu có thắc mắc hoặc ý kiến khác, xin liên hệ {facility}."),
                format!("Quý vị có thể đặt thời gian khác:\n{link}"),
            ],
        ),
        MessageKind::FacilityNotice => Letter::new(
            match facts.event() {
                "changed" => "Một lịch thăm có thay đổi",
                "cancelled" => "Một lịch thăm đã bị hủy",
                "flagged" => "Một lịch thăm cần được xem xét",
                "resumed" => "Một buổi thăm gặp tiếp tục",
                "ended" => "Một buổi thăm gặp đã kết thúc sớm",
                _ => "Có lịch thăm mới",
            },
            [
                match facts.event() {
                    "changed" => "Lịch thăm gặp sau đây có thay đổi. Xin báo cho người bị giam giữ.",
                    "cancelled" => "Lịch thăm gặp sau đây đã bị hủy. Xin báo cho người bị giam giữ.",
                    "flagged" => "Lịch thăm gặp sau đây có thay đổi về thông tin. Xin xem xét.",
                    "resumed" => "Buổi thăm gặp sau đây đã được xác nhận lại và đã đến giờ. Xin đưa người bị giam giữ đến thiết bị.",
                    "ended" => "Buổi thăm gặp sau đây đã kết thúc trước giờ. Xin báo cho người bị giam giữ.",
                    _ => "Có một lịch thăm gặp mới. Xin báo cho người bị giam giữ.",
                }
                .into(),
                visit(facts),
                facts.inmate_number("Số hiệu: {}"),
                facts.reason_if_any("Lý do: {}"),
                format!("Chi tiết:\n{link}"),
            ],
        ),
        MessageKind::TestLink => Letter::new(
            "Xin kiểm tra điện thoại trước",
            [
                "Sắp đến giờ thăm gặp của quý vị.".into(),
                visit(facts),
                format!("Xin dùng chính điện thoại sẽ dùng khi thăm để kiểm tra camera, micrô và mạng:\n{link}"),
            ],
        ),
        MessageKind::JoinLink | MessageKind::NewJoinLink => Letter::new(
            "Liên kết vào buổi thăm gặp",
            [
                visit(facts),
                format!("Xin mở liên kết sau để vào. Liên kết chỉ dùng được trên một điện thoại:\n{link}"),
            ],
        ),
        MessageKind::VisitMissed => Letter::new(
            "Giờ thăm gặp đã kết thúc",
            [
                "Buổi thăm gặp sau đây đã kết thúc, và chúng tôi không thấy quý vị kết nối.".into(),
                visit(facts),
                format!("Nếu không nhận được tin nhắn hoặc khó kết nối, xin báo cho {facility}: chúng tôi có thể kiểm tra lại."),
                format!("Quý vị có thể đặt giờ khác:\n{link}"),
            ],
        ),
        MessageKind::TimeGivenBack => Letter::new(
            "Buổi thăm gặp này không bị tính",
            [
                "Chúng tôi rất tiếc: buổi thăm gặp sau đây đã không diễn ra như mong muốn, và không phải do quý vị.".into(),
                visit(facts),
                facts.reason_if_any("Lý do: {}"),
                "Lần này không bị tính vào số lần thăm trong tháng.".into(),
                format!("Quý vị có thể đặt thời gian khác:\n{link}"),
            ],
        ),
    }
}

fn sms(kind: MessageKind, facts: &Facts<'_>) -> Option<String> {
    let link = &facts.link;
    Some(match kind {
        MessageKind::JoinLink => {
            let time = facts.time("%H:%M");
            facts.naming(
                |facility| format!("Tham gap luc {time}, {facility}. Bam de vao: {link}"),
                format!("Tham gap qua video luc {time}. Bam de vao: {link}"),
            )
        }
        MessageKind::NewJoinLink => {
            let time = facts.time("%H:%M");
            facts.adding(", ", |facility| format!("Tham gap luc {time}{facility}. Lien ket moi, lien ket cu khong con dung: {link}"))
        }
        MessageKind::TestLink => {
            let time = facts.time("%-d/%-m luc %H:%M");
            facts.adding(", ", |facility| {
                format!("Tham gap ngay {time}{facility}. Xin kiem tra dien thoai truoc: {link}")
            })
        }
        MessageKind::VisitResumed => format!(
            "Tham gap tiep tuc den {}. Xin mo lai lien ket trong tin nhan gan nhat.",
            facts.end_time("%H:%M")
        ),
        MessageKind::PhoneChanged => format!(
            "So dien thoai tham gap cua quy vi da duoc thay doi. Neu khong phai quy vi, xin xem: {link}"
        ),
        _ => return None,
    })
}

const fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::InmateTransferred => "Chuyển đến cơ sở khác",
        Cause::InmateReleased => "Được trả tự do",
        Cause::ApprovalEnded => "Sự chấp thuận cần cho lịch thăm đã hết hiệu lực",
        Cause::Restricted => "Có quy định hạn chế thăm gặp vào thời gian đó",
        Cause::Suspended => "Một người trong nhóm tạm thời không thể tham gia thăm gặp",
        Cause::NoAdult => "Trong nhóm không còn người lớn đi cùng",
    }
}
