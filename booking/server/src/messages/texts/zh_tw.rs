//! 臺灣中文

use booking_domain::{Cause, MessageKind};
use protocol::Locale;

use super::{Facts, Language, Letter};
use crate::date_words::date_in_words;

const INMATE: &str = "收容人";
const FACILITY: &str = "矯正機關";

pub(super) const LANGUAGE: Language = Language {
    greeting,
    facility: "（{}）",
    telephone: "{facility} 接見窗口電話：{telephone}",
    letter,
    closing,
    sms,
    cause,
};

fn greeting(facts: &Facts<'_>) -> String {
    format!("{} 您好：", facts.name())
}

fn closing(facts: &Facts<'_>) -> String {
    format!(
        "行動接見服務\n{site}\n\n這封信由 {host} 自動寄出，請不要回覆。我們的網址一律以 {site} 開頭，也不會向您要密碼或費用。",
        site = facts.site,
        host = facts.host(),
    )
}

/// 2026年11月24日（星期二）14:30–15:00
fn when(facts: &Facts<'_>) -> String {
    let Some((starts, ends)) = facts.slot() else {
        return String::new();
    };
    format!(
        "{}{}–{}",
        date_in_words(starts.date(), Locale::ZhTw),
        starts.strftime("%H:%M"),
        ends.strftime("%H:%M"),
    )
}

fn visit(facts: &Facts<'_>) -> String {
    let when = when(facts);
    if when.is_empty() {
        return when;
    }
    let (facility, inmate) = (facts.facility(FACILITY), facts.inmate(INMATE));
    format!("時間：{when}\n機關：{facility}\n收容人：{inmate}")
}

fn letter(kind: MessageKind, facts: &Facts<'_>) -> Letter {
    let (inmate, facility) = (facts.inmate(INMATE), facts.facility(FACILITY));
    let person = facts.person("另一位接見人");
    let link = facts.link.as_str();
    match kind {
        MessageKind::VerifyEmail => Letter::new(
            "請驗證您的電子郵件",
            [
                format!("請點以下網址，確認這是您的電子郵件信箱：\n{link}"),
                "網址在 10 分鐘內有效。時間過了，請回到註冊頁面再寄一次。".into(),
                "如果您沒有註冊，不必理會這封信。".into(),
            ],
        ),
        MessageKind::AccountExists => Letter::new(
            "您已經有帳號了",
            [
                "剛才有人用您的電子郵件或證件號碼註冊，而您已經有帳號。".into(),
                format!("如果是您本人，請直接登入。忘記密碼時，可以在登入頁重新設定：\n{link}"),
                "如果不是您本人，您的帳號沒有任何變動，不需要做任何事。".into(),
            ],
        ),
        MessageKind::PasswordReset => Letter::new(
            "重新設定密碼",
            [
                format!("請點以下網址，設定新的密碼：\n{link}"),
                "網址在 30 分鐘內有效，只能用一次。".into(),
                "如果您沒有要求重設密碼，不必理會這封信，您的密碼不會改變。".into(),
            ],
        ),
        MessageKind::PasswordChanged => Letter::new(
            "您的密碼已經更改",
            [
                "您的密碼剛剛更改了，其他裝置都已經登出。".into(),
                format!("如果不是您更改的，請馬上到登入頁重新設定密碼：\n{link}"),
            ],
        ),
        MessageKind::PhoneChanged => Letter::new(
            "您的手機號碼已經更改",
            [
                "您帳號的手機號碼剛剛更改了，接見的連結今後會傳到新的號碼。".into(),
                format!("如果不是您更改的，請馬上到登入頁重新設定密碼，再到帳號頁改回您的號碼：\n{link}"),
            ],
        ),
        MessageKind::AddressCorrected => Letter::new(
            "您的電子郵件地址已經更正",
            [
                "您到機關確認身分後，機關的工作人員已更正您帳號的電子郵件地址。今後請以新的地址登入，信件也會寄到新的地址。".into(),
                format!("不記得密碼時，可以在登入頁重新設定。如果這不是您要求的，請馬上與機關聯絡：\n{link}"),
            ],
        ),
        MessageKind::IdentityCorrected => Letter::new(
            "您的個人資料已經更正",
            [
                format!("{facility} 的工作人員核對證件後，已更正您帳號中的姓名、身分證字號或出生日期。您的申請與接見資格都照舊。"),
                format!("登入後，可以在「我的帳號」看到更正後的內容。如果還有不對的地方，或這不是您要求的，請與 {facility} 聯絡：\n{link}"),
            ],
        ),
        MessageKind::AccountSuspended => Letter::new(
            "您的帳號暫停使用",
            [
                "管理人員已經暫停您的帳號，這段期間您暫時不能登入，也不能預約接見。".into(),
                facts.reason("原因：{}"),
                "您的申請與接見資格都照舊。如果您已經預約接見，接見機關會逐一確認，結果會再寫信通知您。".into(),
                "如果您有疑問，或認為情形不同，請洽您接見的機關；機關人員會代為轉達，並可以再次確認。".into(),
                "這段期間，您也可以向機關申請個人資料的複製本（15 日內答覆），或申請更正、刪除資料並關閉帳號（30 日內答覆）。".into(),
                format!("帳號恢復使用時，我們會馬上寫信通知您；屆時請和以前一樣在這裡登入：\n{link}"),
            ],
        ),
        MessageKind::AccountReinstated => Letter::new(
            "您的帳號已經恢復使用",
            [
                "您現在可以和以前一樣登入、預約接見，申請與接見資格都沒有改變。".into(),
                "如果您有待機關確認的接見，機關仍會確認，結果會再寫信通知您。".into(),
                format!("請在這裡登入：\n{link}"),
            ],
        ),
        MessageKind::ApplicationReceived => Letter::new(
            "申請已收到，待審核",
            [
                format!("我們收到您申請接見 {inmate} 的資料，{facility} 正在審核。"),
                "有結果會寄信通知您，現在不需要做任何事。".into(),
                format!("隨時可以在這裡看進度：\n{link}"),
            ],
        ),
        MessageKind::ApplicationNeedsMore => Letter::new(
            "申請需要補件",
            [
                format!("{facility} 看過您申請接見 {inmate} 的資料，還需要補充。"),
                facts.reason("承辦人員說明：{}"),
                format!("請在這裡補件，再送出一次：\n{link}"),
            ],
        ),
        MessageKind::ApplicationApproved => Letter::new(
            "申請已核准",
            [
                format!("您接見 {inmate} 的申請，{facility} 已經核准。"),
                format!("現在可以預約接見：\n{link}"),
            ],
        ),
        MessageKind::ApplicationRefused => Letter::new(
            "申請未核准",
            [
                format!("您接見 {inmate} 的申請，{facility} 這次未能核准。"),
                facts.reason("原因：{}"),
                format!("如果情況有變，或資料可以補正，您可以再次申請：\n{link}"),
            ],
        ),
        MessageKind::ApplicationRevoked => Letter::new(
            "接見資格已終止",
            [
                format!("您接見 {inmate} 的資格已經終止。"),
                facts.reason("原因：{}"),
                format!("如果要再接見，請重新申請；有疑問請聯絡 {facility}：\n{link}"),
            ],
        ),
        MessageKind::ApplicationWithdrawn => Letter::new(
            "申請已撤回",
            [
                format!("您已撤回接見 {inmate} 的申請。{facility} 不會再審核這份申請，也不能再用它預約接見。"),
                "如果您和這位收容人還有已預約的接見，機關會確認能否舉行，每一次接見都會另外寄信通知您。".into(),
                format!("之後想接見時，可以重新申請：\n{link}"),
                format!("如果不是您本人撤回的，請立即更改密碼，並告知 {facility}。"),
            ],
        ),
        MessageKind::CompanionInvited => Letter::new(
            format!("{person} 邀請您一起接見"),
            [
                format!("{person} 想和您一起接見 {inmate}。"),
                format!("請在這裡回覆同意或不同意：\n{link}"),
                "您也需要有接見這位收容人的核准申請，才能一起接見。".into(),
            ],
        ),
        MessageKind::CompanionAgreed => Letter::new(
            format!("{person} 同意一起接見"),
            [
                format!("{person} 同意和您一起接見 {inmate}。"),
                format!("預約時可以加入這位接見人：\n{link}"),
            ],
        ),
        MessageKind::VisitConfirmed => Letter::new(
            "接見已預約",
            [
                "您的行動接見已經預約好了。".into(),
                visit(facts),
                facts.opening("前一天我們會傳簡訊，請您先測試手機；開始前 {} 分鐘會再傳簡訊，點簡訊裡的連結就能進入。"),
                format!("要更改或取消，請在這裡：\n{link}"),
            ],
        ),
        MessageKind::VisitChanged => Letter::new(
            "接見有變更",
            [
                "您的行動接見有變更，以下是現在的內容。".into(),
                visit(facts),
                facts.party("接見人：{}", "、"),
                facts.reason_if_any("原因：{}"),
                facts.if_flagged("機關還在確認這次接見能否進行，確認後會再通知您。"),
                format!("詳細內容請看：\n{link}"),
            ],
        ),
        MessageKind::VisitLeft => Letter::new(
            "您已不在這次接見的名單中",
            [
                "您已經不在以下行動接見的接見人之中，我們不會再為這次接見傳連結給您。".into(),
                visit(facts),
                facts.reason_if_any("原因：{}"),
                format!("如果有疑問，請洽 {facility}。您可以在這裡查看或另外預約接見：\n{link}"),
            ],
        ),
        MessageKind::VisitCancelled => Letter::new(
            "接見已取消",
            [
                "以下的行動接見已經取消。".into(),
                visit(facts),
                facts.reason_if_any("原因：{}"),
                format!("您可以另外預約時間：\n{link}"),
            ],
        ),
        MessageKind::VisitFlagged => Letter::new(
            "接見待機關確認",
            [
                "因為資料有變動，機關正在確認以下的行動接見。".into(),
                visit(facts),
                facts.reason("原因：{}"),
                "確認後會再通知您，現在不需要做任何事。".into(),
                format!("目前的狀態請看：\n{link}"),
            ],
        ),
        MessageKind::VisitResumed => Letter::new(
            "接見繼續進行",
            [
                "機關已確認，這次行動接見照常進行，到原定時間結束。".into(),
                visit(facts),
                "請再點一次簡訊裡的連結。如果還沒收到連結，馬上就會傳到。".into(),
                format!("現在的狀況：\n{link}"),
            ],
        ),
        MessageKind::VisitEnded => Letter::new(
            "接見已提前結束",
            [
                "以下的行動接見已經提前結束。".into(),
                visit(facts),
                facts.reason("原因：{}"),
                facts.counting("這次計入當月的接見次數。", "這次不計入當月的接見次數。"),
                format!("如有疑問或不同意見，請洽 {facility}。"),
                format!("您可以另外預約時間：\n{link}"),
            ],
        ),
        MessageKind::FacilityNotice => Letter::new(
            match facts.event() {
                "changed" => "接見有變更",
                "cancelled" => "接見已取消",
                "flagged" => "接見待確認",
                "resumed" => "接見繼續進行",
                "ended" => "接見已提前結束",
                _ => "新的接見預約",
            },
            [
                match facts.event() {
                    "changed" => "以下的行動接見有變更，請轉知收容人。",
                    "cancelled" => "以下的行動接見已經取消，請轉知收容人。",
                    "flagged" => "以下的行動接見因資料變動，請確認後處理。",
                    "resumed" => "以下的行動接見已再次確認，時間已經開始，請安排提帶。",
                    "ended" => "以下的行動接見已經提前結束，請轉知收容人。",
                    _ => "有一件新的行動接見預約，請轉知收容人並安排提帶。",
                }
                .into(),
                visit(facts),
                facts.inmate_number("呼號：{}"),
                facts.reason_if_any("原因：{}"),
                format!("請在這裡查看：\n{link}"),
            ],
        ),
        MessageKind::TestLink => Letter::new(
            "請先測試手機",
            [
                "您的行動接見就快到了。".into(),
                visit(facts),
                format!("請用接見時要用的手機，先測試相機、麥克風和網路：\n{link}"),
            ],
        ),
        MessageKind::JoinLink | MessageKind::NewJoinLink => Letter::new(
            "行動接見的連結",
            [
                visit(facts),
                format!("請點以下連結進入接見，連結只能由一支手機使用：\n{link}"),
            ],
        ),
        MessageKind::VisitMissed => Letter::new(
            "接見時段已經結束",
            [
                "以下的行動接見時段已經結束，我們沒有看到您連線。".into(),
                visit(facts),
                format!("如果是簡訊沒有收到，或連線有困難，請告訴 {facility}，我們可以查明紀錄。"),
                format!("您可以再預約其他時間：\n{link}"),
            ],
        ),
        MessageKind::TimeGivenBack => Letter::new(
            "這次接見不計次數",
            [
                "很抱歉，以下的行動接見沒有順利進行，責任不在您。".into(),
                visit(facts),
                facts.reason_if_any("原因：{}"),
                "這次不計入當月的接見次數。".into(),
                format!("您可以重新預約：\n{link}"),
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
                |facility| format!("行動接見 {time} {facility}，請點：{link}"),
                facts.naming(
                    |facility| format!("{time}{facility}接見：{link}"),
                    format!("{time}行動接見請點：{link}"),
                ),
            )
        }
        MessageKind::NewJoinLink => {
            let time = facts.time("%H:%M");
            facts.naming(
                |facility| format!("行動接見 {time} {facility}，新連結：{link}"),
                facts.naming(
                    |facility| format!("{time}{facility}新連結：{link}"),
                    format!("{time}行動接見新連結：{link}"),
                ),
            )
        }
        MessageKind::TestLink => {
            let time = facts.time("%-m/%-d %H:%M");
            facts.naming(
                |facility| format!("行動接見 {time} {facility}，請先測試手機：{link}"),
                facts.naming(
                    |facility| format!("{time}{facility}，請先測手機：{link}"),
                    format!("{time}行動接見，請先測試手機：{link}"),
                ),
            )
        }
        MessageKind::VisitResumed => format!(
            "行動接見繼續進行到{}，請再點一次上一則簡訊的連結。",
            facts.end_time("%H:%M")
        ),
        MessageKind::PhoneChanged => format!("您行動接見的手機號碼已更改；若非本人請看：{link}"),
        _ => return None,
    })
}

const fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::InmateTransferred => "收容人移至其他機關",
        Cause::InmateReleased => "收容人出監（所）",
        Cause::ApprovalEnded => "接見所需的資格已終止",
        Cause::Restricted => "該時段適用限制接見的規定",
        Cause::Suspended => "接見人中有人目前暫時無法參加接見",
        Cause::NoAdult => "未成年人須由成年人陪同接見",
    }
}
