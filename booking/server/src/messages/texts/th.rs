//! ภาษาไทย

use booking_domain::{Cause, MessageKind};
use protocol::Locale;

use super::{Facts, Language, Letter};
use crate::date_words::date_in_words;

const INMATE: &str = "ผู้ต้องขัง";
const FACILITY: &str = "ทัณฑสถาน";

pub(super) const LANGUAGE: Language = Language {
    greeting,
    facility: " ({})",
    telephone: "โทรศัพท์ของ {facility}: {telephone}",
    letter,
    closing,
    sms,
    cause,
};

fn greeting(facts: &Facts<'_>) -> String {
    format!("เรียน คุณ{}", facts.name())
}

fn closing(facts: &Facts<'_>) -> String {
    format!(
        "บริการเยี่ยมทางวิดีโอ\n{site}\n\nอีเมลนี้ส่งโดยอัตโนมัติจาก {host} กรุณาอย่าตอบกลับ ลิงก์ของเราขึ้นต้นด้วย {site} เสมอ และเราไม่ขอรหัสผ่านหรือเงินจากท่าน",
        site = facts.site,
        host = facts.host(),
    )
}

fn visit(facts: &Facts<'_>) -> String {
    let Some((starts, ends)) = facts.slot() else {
        return String::new();
    };
    format!(
        "วันเวลา: {} เวลา {}–{} น. (เวลาไต้หวัน)\nทัณฑสถาน: {}\nผู้ที่ท่านเยี่ยม: {}",
        date_in_words(starts.date(), Locale::Th),
        starts.strftime("%H:%M"),
        ends.strftime("%H:%M"),
        facts.facility(FACILITY),
        facts.inmate(INMATE),
    )
}

fn letter(kind: MessageKind, facts: &Facts<'_>) -> Letter {
    let (inmate, facility) = (facts.inmate(INMATE), facts.facility(FACILITY));
    let person = facts.person("ผู้เยี่ยมอีกท่านหนึ่ง");
    let link = facts.link.as_str();
    match kind {
        MessageKind::VerifyEmail => Letter::new(
            "กรุณายืนยันอีเมลของท่าน",
            [
                format!("กรุณาเปิดลิงก์นี้เพื่อยืนยันว่าเป็นอีเมลของท่าน:\n{link}"),
                "ลิงก์ใช้ได้ภายใน 10 นาที หลังจากนั้นกรุณาขอใหม่ที่หน้าลงทะเบียน".into(),
                "หากท่านไม่ได้ลงทะเบียน ไม่ต้องสนใจอีเมลนี้".into(),
            ],
        ),
        MessageKind::AccountExists => Letter::new(
            "ท่านมีบัญชีอยู่แล้ว",
            [
                "เมื่อสักครู่มีผู้ลงทะเบียนด้วยอีเมลหรือหมายเลขบัตรของท่าน ซึ่งท่านมีบัญชีอยู่แล้ว".into(),
                format!("หากเป็นท่านเอง กรุณาเข้าสู่ระบบ หากลืมรหัสผ่าน ท่านตั้งใหม่ได้ที่นี่:\n{link}"),
                "หากไม่ใช่ท่าน บัญชีของท่านไม่มีอะไรเปลี่ยนแปลง และท่านไม่ต้องทำอะไร".into(),
            ],
        ),
        MessageKind::PasswordReset => Letter::new(
            "ตั้งรหัสผ่านใหม่",
            [
                format!("กรุณาเปิดลิงก์นี้เพื่อตั้งรหัสผ่านใหม่:\n{link}"),
                "ลิงก์ใช้ได้ครั้งเดียวภายใน 30 นาที".into(),
                "หากท่านไม่ได้ขอ ไม่ต้องสนใจอีเมลนี้ รหัสผ่านของท่านยังเหมือนเดิม".into(),
            ],
        ),
        MessageKind::PasswordChanged => Letter::new(
            "รหัสผ่านของท่านถูกเปลี่ยนแล้ว",
            [
                "รหัสผ่านของท่านเพิ่งถูกเปลี่ยน และอุปกรณ์อื่นทั้งหมดออกจากระบบแล้ว".into(),
                format!("หากท่านไม่ได้เปลี่ยน กรุณาตั้งรหัสผ่านใหม่ทันที:\n{link}"),
            ],
        ),
        MessageKind::PhoneChanged => Letter::new(
            "หมายเลขโทรศัพท์มือถือของท่านถูกเปลี่ยนแล้ว",
            [
                "หมายเลขโทรศัพท์มือถือในบัญชีของท่านเพิ่งถูกเปลี่ยน ลิงก์การเยี่ยมจะส่งไปยังหมายเลขใหม่".into(),
                format!("หากท่านไม่ได้เปลี่ยน กรุณาตั้งรหัสผ่านใหม่ทันที แล้วแก้ไขหมายเลขในบัญชีของท่าน:\n{link}"),
            ],
        ),
        MessageKind::AddressCorrected => Letter::new(
            "อีเมลในบัญชีของท่านได้รับการแก้ไขแล้ว",
            [
                "หลังจากท่านยืนยันตัวตนที่ทัณฑสถานแล้ว เจ้าหน้าที่ได้แก้ไขอีเมลในบัญชีของท่าน ต่อจากนี้กรุณาเข้าสู่ระบบด้วยอีเมลใหม่ และเราจะส่งข้อความไปที่อีเมลใหม่".into(),
                format!("หากท่านจำรหัสผ่านไม่ได้ ท่านตั้งใหม่ได้ที่หน้าเข้าสู่ระบบ หากท่านไม่ได้ขอแก้ไข กรุณาติดต่อทัณฑสถานทันที:\n{link}"),
            ],
        ),
        MessageKind::AccountSuspended => Letter::new(
            "บัญชีของท่านถูกระงับชั่วคราว",
            [
                "เจ้าหน้าที่ผู้ดูแลบริการได้ระงับบัญชีของท่านไว้ชั่วคราว ในระหว่างนี้ท่านยังไม่สามารถเข้าสู่ระบบหรือจองเวลาเยี่ยมได้".into(),
                facts.reason("เหตุผล: {}"),
                "คำขอและสิทธิ์เยี่ยมของท่านยังคงเดิม หากท่านจองเวลาเยี่ยมไว้ ทัณฑสถานกำลังตรวจสอบ และเราจะแจ้งให้ท่านทราบทุกรายการ".into(),
                "หากท่านมีคำถาม หรือเห็นว่าข้อเท็จจริงไม่เป็นเช่นนั้น กรุณาสอบถามทัณฑสถานที่ท่านเยี่ยม เจ้าหน้าที่จะแจ้งต่อให้ และสามารถพิจารณาใหม่ได้".into(),
                "ในระหว่างนี้ ท่านยังขอสำเนาข้อมูลส่วนบุคคลจากทัณฑสถานได้ (ตอบภายใน 15 วัน) หรือขอแก้ไข ลบข้อมูล และปิดบัญชีได้ (ตอบภายใน 30 วัน)".into(),
                format!("เมื่อบัญชีใช้ได้อีกครั้ง เราจะแจ้งให้ท่านทราบทันที ท่านสามารถเข้าสู่ระบบที่นี่ได้ตามเดิม:\n{link}"),
            ],
        ),
        MessageKind::AccountReinstated => Letter::new(
            "บัญชีของท่านใช้ได้อีกครั้งแล้ว",
            [
                "ท่านสามารถเข้าสู่ระบบและจองเวลาเยี่ยมได้ตามเดิม คำขอและสิทธิ์เยี่ยมของท่านไม่เปลี่ยนแปลง".into(),
                "หากมีการเยี่ยมที่อยู่ระหว่างตรวจสอบ ทัณฑสถานจะเป็นผู้ตัดสิน และเราจะแจ้งให้ท่านทราบ".into(),
                format!("เข้าสู่ระบบที่นี่:\n{link}"),
            ],
        ),
        MessageKind::ApplicationReceived => Letter::new(
            "ได้รับคำขอแล้ว อยู่ระหว่างพิจารณา",
            [
                format!("เราได้รับคำขอเยี่ยม {inmate} ของท่านแล้ว {facility} กำลังพิจารณา"),
                "เมื่อมีผล เราจะแจ้งให้ท่านทราบ ขณะนี้ท่านไม่ต้องทำอะไร".into(),
                format!("ท่านดูความคืบหน้าได้ตลอดเวลา:\n{link}"),
            ],
        ),
        MessageKind::ApplicationNeedsMore => Letter::new(
            "คำขอต้องการข้อมูลเพิ่มเติม",
            [
                format!("{facility} ได้ตรวจคำขอเยี่ยม {inmate} ของท่านแล้ว และต้องการข้อมูลเพิ่มเติม"),
                facts.reason("เจ้าหน้าที่แจ้งว่า: {}"),
                format!("กรุณาเพิ่มข้อมูลที่นี่แล้วส่งคำขออีกครั้ง:\n{link}"),
            ],
        ),
        MessageKind::ApplicationApproved => Letter::new(
            "คำขอได้รับอนุมัติแล้ว",
            [
                format!("{facility} อนุมัติคำขอเยี่ยม {inmate} ของท่านแล้ว"),
                format!("ท่านจองเวลาเยี่ยมได้แล้ว:\n{link}"),
            ],
        ),
        MessageKind::ApplicationRefused => Letter::new(
            "คำขอไม่ได้รับอนุมัติ",
            [
                format!("ครั้งนี้ {facility} ไม่สามารถอนุมัติคำขอเยี่ยม {inmate} ของท่านได้"),
                facts.reason("เหตุผล: {}"),
                format!("หากสถานการณ์เปลี่ยนไป หรือแก้ไขเอกสารได้ ท่านยื่นคำขอใหม่ได้:\n{link}"),
            ],
        ),
        MessageKind::ApplicationRevoked => Letter::new(
            "สิทธิ์เยี่ยมของท่านสิ้นสุดแล้ว",
            [
                format!("สิทธิ์เยี่ยม {inmate} ของท่านสิ้นสุดแล้ว"),
                facts.reason("เหตุผล: {}"),
                format!("หากต้องการเยี่ยมอีก กรุณายื่นคำขอใหม่ หากมีคำถาม กรุณาติดต่อ {facility}:\n{link}"),
            ],
        ),
        MessageKind::ApplicationWithdrawn => Letter::new(
            "ถอนคำขอของท่านแล้ว",
            [
                format!("ท่านได้ถอนคำขอเยี่ยม {inmate} แล้ว {facility} จะไม่พิจารณาคำขอนี้ต่อ และใช้คำขอนี้จองเวลาเยี่ยมไม่ได้"),
                "หากท่านยังมีนัดเยี่ยมบุคคลนี้ ทัณฑสถานจะตรวจสอบว่ายังจัดได้หรือไม่ และเราจะแจ้งท่านทุกนัด".into(),
                format!("เมื่อต้องการเยี่ยมอีก ท่านยื่นคำขอใหม่ได้:\n{link}"),
                format!("หากท่านไม่ได้เป็นผู้ถอนคำขอ กรุณาเปลี่ยนรหัสผ่านทันที และแจ้ง {facility}"),
            ],
        ),
        MessageKind::CompanionInvited => Letter::new(
            format!("{person} ต้องการเยี่ยมร่วมกับท่าน"),
            [
                format!("{person} ต้องการเยี่ยม {inmate} ร่วมกับท่าน"),
                format!("กรุณาตอบว่าท่านตกลงหรือไม่ที่นี่:\n{link}"),
                "การเยี่ยมร่วมกัน ท่านต้องมีคำขอเยี่ยมบุคคลเดียวกันที่ได้รับอนุมัติแล้วด้วย".into(),
            ],
        ),
        MessageKind::CompanionAgreed => Letter::new(
            format!("{person} ตกลงเยี่ยมร่วมกัน"),
            [
                format!("{person} ตกลงเยี่ยม {inmate} ร่วมกับท่าน"),
                format!("ท่านเพิ่มผู้เยี่ยมท่านนี้ได้เมื่อจองเวลา:\n{link}"),
            ],
        ),
        MessageKind::VisitConfirmed => Letter::new(
            "จองเวลาเยี่ยมแล้ว",
            [
                "ท่านจองเวลาเยี่ยมทางวิดีโอเรียบร้อยแล้ว".into(),
                visit(facts),
                facts.opening("หนึ่งวันก่อนหน้า จะมี SMS ให้ท่านทดสอบโทรศัพท์ และ {} นาทีก่อนเริ่ม จะมี SMS พร้อมลิงก์สำหรับเข้าเยี่ยม"),
                format!("หากต้องการเปลี่ยนหรือยกเลิก:\n{link}"),
            ],
        ),
        MessageKind::VisitChanged => Letter::new(
            "การเยี่ยมมีการเปลี่ยนแปลง",
            [
                "การเยี่ยมทางวิดีโอของท่านมีการเปลี่ยนแปลง รายละเอียดปัจจุบันมีดังนี้".into(),
                visit(facts),
                facts.party("ผู้เยี่ยม: {}", ", "),
                facts.reason_if_any("เหตุผล: {}"),
                facts.if_flagged("ทัณฑสถานยังตรวจสอบว่าการเยี่ยมครั้งนี้ทำได้หรือไม่ เมื่อทราบแล้วเราจะแจ้งให้ท่านทราบ"),
                format!("ดูรายละเอียด:\n{link}"),
            ],
        ),
        MessageKind::VisitLeft => Letter::new(
            "ท่านไม่ได้อยู่ในการเยี่ยมครั้งนี้แล้ว",
            [
                "ท่านไม่ได้อยู่ในรายชื่อผู้เยี่ยมของการเยี่ยมทางวิดีโอต่อไปนี้แล้ว เราจะไม่ส่งลิงก์ของการเยี่ยมครั้งนี้ให้ท่าน".into(),
                visit(facts),
                facts.reason_if_any("เหตุผล: {}"),
                format!("หากมีคำถาม กรุณาติดต่อ {facility} ท่านดูการเยี่ยมของท่านหรือจองเวลาอื่นได้ที่นี่:\n{link}"),
            ],
        ),
        MessageKind::VisitCancelled => Letter::new(
            "การเยี่ยมถูกยกเลิก",
            [
                "การเยี่ยมทางวิดีโอต่อไปนี้ถูกยกเลิกแล้ว".into(),
                visit(facts),
                facts.reason_if_any("เหตุผล: {}"),
                format!("ท่านจองเวลาอื่นได้:\n{link}"),
            ],
        ),
        MessageKind::VisitFlagged => Letter::new(
            "การเยี่ยมอยู่ระหว่างตรวจสอบ",
            [
                "เนื่องจากข้อมูลมีการเปลี่ยนแปลง ทัณฑสถานกำลังตรวจสอบการเยี่ยมต่อไปนี้".into(),
                visit(facts),
                facts.reason("เหตุผล: {}"),
                "เมื่อตรวจสอบแล้วเราจะแจ้งให้ท่านทราบ ขณะนี้ท่านไม่ต้องทำอะไร".into(),
                format!("ดูสถานะปัจจุบัน:\n{link}"),
            ],
        ),
        MessageKind::VisitResumed => Letter::new(
            "การเยี่ยมดำเนินต่อ",
            [
                "ทัณฑสถานยืนยันการเยี่ยมทางวิดีโอนี้อีกครั้งแล้ว การเยี่ยมดำเนินต่อจนหมดเวลา".into(),
                visit(facts),
                "กรุณาเปิดลิงก์ใน SMS ล่าสุดอีกครั้ง หากยังไม่มีลิงก์ ลิงก์จะมาถึงในไม่ช้า".into(),
                format!("สถานะปัจจุบัน:\n{link}"),
            ],
        ),
        MessageKind::VisitEnded => Letter::new(
            "การเยี่ยมสิ้นสุดก่อนเวลา",
            [
                "การเยี่ยมทางวิดีโอต่อไปนี้สิ้นสุดก่อนเวลา".into(),
                visit(facts),
                facts.reason("เหตุผล: {}"),
                facts.counting("ครั้งนี้นับรวมในจำนวนการเยี่ยมของเดือน", "ครั้งนี้ไม่นับรวมในจำนวนการเยี่ยมของเดือน"),
                format!("หากมีข้อสงสัยหรือความเห็นต่าง กรุณาติดต่อ {facility}"),
                format!("ท่านจองเวลาอื่นได้:\n{link}"),
            ],
        ),
        MessageKind::FacilityNotice => Letter::new(
            match facts.event() {
                "changed" => "การเยี่ยมมีการเปลี่ยนแปลง",
                "cancelled" => "การเยี่ยมถูกยกเลิก",
                "flagged" => "การเยี่ยมที่ต้องตรวจสอบ",
                "resumed" => "การเยี่ยมดำเนินต่อ",
                "ended" => "การเยี่ยมสิ้นสุดก่อนเวลา",
                _ => "มีการจองเยี่ยมใหม่",
            },
            [
                match facts.event() {
                    "changed" => "การเยี่ยมทางวิดีโอต่อไปนี้มีการเปลี่ยนแปลง กรุณาแจ้งผู้ต้องขัง",
                    "cancelled" => "การเยี่ยมทางวิดีโอต่อไปนี้ถูกยกเลิก กรุณาแจ้งผู้ต้องขัง",
                    "flagged" => "ข้อมูลของการเยี่ยมทางวิดีโอต่อไปนี้เปลี่ยนแปลง กรุณาตรวจสอบ",
                    "resumed" => "การเยี่ยมทางวิดีโอต่อไปนี้ได้รับการยืนยันอีกครั้ง และถึงเวลาแล้ว กรุณาพาผู้ต้องขังมาที่เครื่อง",
                    "ended" => "การเยี่ยมทางวิดีโอต่อไปนี้สิ้นสุดก่อนเวลา กรุณาแจ้งผู้ต้องขัง",
                    _ => "มีการจองเยี่ยมทางวิดีโอใหม่ กรุณาแจ้งผู้ต้องขัง",
                }
                .into(),
                visit(facts),
                facts.inmate_number("หมายเลข: {}"),
                facts.reason_if_any("เหตุผล: {}"),
                format!("ดูรายละเอียด:\n{link}"),
            ],
        ),
        MessageKind::TestLink => Letter::new(
            "กรุณาทดสอบโทรศัพท์ก่อน",
            [
                "ใกล้ถึงเวลาเยี่ยมทางวิดีโอของท่านแล้ว".into(),
                visit(facts),
                format!("กรุณาทดสอบกล้อง ไมโครโฟน และเครือข่าย ด้วยโทรศัพท์ที่จะใช้เยี่ยม:\n{link}"),
            ],
        ),
        MessageKind::JoinLink | MessageKind::NewJoinLink => Letter::new(
            "ลิงก์สำหรับเข้าเยี่ยม",
            [
                visit(facts),
                format!("กรุณาเปิดลิงก์นี้เพื่อเข้าเยี่ยม ลิงก์ใช้ได้กับโทรศัพท์เครื่องเดียว:\n{link}"),
            ],
        ),
        MessageKind::VisitMissed => Letter::new(
            "เวลาเยี่ยมสิ้นสุดแล้ว",
            [
                "เวลาของการเยี่ยมต่อไปนี้สิ้นสุดแล้ว และเราไม่พบว่าท่านเข้าร่วม".into(),
                visit(facts),
                format!("หากไม่ได้รับ SMS หรือเข้าร่วมไม่ได้ กรุณาแจ้ง {facility} เราตรวจสอบบันทึกได้"),
                format!("ท่านจองเวลาอื่นได้:\n{link}"),
            ],
        ),
        MessageKind::TimeGivenBack => Letter::new(
            "การเยี่ยมครั้งนี้ไม่นับรวม",
            [
                "ขออภัย การเยี่ยมทางวิดีโอต่อไปนี้ไม่เป็นไปตามที่ควร และไม่ใช่ความผิดของท่าน".into(),
                visit(facts),
                facts.reason_if_any("เหตุผล: {}"),
                "ครั้งนี้ไม่นับรวมในจำนวนการเยี่ยมของเดือน".into(),
                format!("ท่านจองเวลาอื่นได้:\n{link}"),
            ],
        ),
    }
}

/// A link takes 57 of the 70 units of a segment, so little is said.
fn sms(kind: MessageKind, facts: &Facts<'_>) -> Option<String> {
    let link = &facts.link;
    Some(match kind {
        MessageKind::JoinLink => {
            let time = facts.time("%H:%M");
            facts.adding(" ", |facility| format!("เยี่ยม {time}{facility} {link}"))
        }
        MessageKind::NewJoinLink => facts.naming(
            |facility| format!("{facility} ลิงก์ใหม่ {link}"),
            format!("ลิงก์ใหม่ {link}"),
        ),
        MessageKind::TestLink => {
            let time = facts.time("%-d/%-m");
            facts.adding(" ", |facility| {
                format!("เยี่ยม {time}{facility} ทดสอบ: {link}")
            })
        }
        MessageKind::VisitResumed => format!(
            "เยี่ยมต่อได้ถึง {} กรุณาเปิดลิงก์ใน SMS ล่าสุดอีกครั้ง",
            facts.end_time("%H:%M")
        ),
        MessageKind::PhoneChanged => format!("เบอร์เยี่ยมถูกเปลี่ยน ถ้าไม่ใช่ท่าน: {link}"),
        _ => return None,
    })
}

const fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::InmateTransferred => "ย้ายไปทัณฑสถานอื่น",
        Cause::InmateReleased => "ได้รับการปล่อยตัว",
        Cause::ApprovalEnded => "การอนุมัติที่จำเป็นสำหรับการเยี่ยมสิ้นสุดลงแล้ว",
        Cause::Restricted => "มีข้อจำกัดการเยี่ยมในช่วงเวลานั้น",
        Cause::Suspended => "ผู้เยี่ยมท่านหนึ่งยังไม่สามารถเข้าร่วมได้ในขณะนี้",
        Cause::NoAdult => "ไม่มีผู้ใหญ่ร่วมเยี่ยมกับผู้เยาว์",
    }
}
