//! 正體中文

use crate::ProblemCode;

pub(super) const fn problem(code: ProblemCode) -> Option<(&'static str, &'static str)> {
    Some(match code {
        ProblemCode::NotFound => (
            "查無資料",
            "這筆資料不存在，或不屬於您負責的機關。請重新整理清單後再查看。",
        ),
        ProblemCode::NotApproved => (
            "有接見人未獲核准",
            "有接見人對這位收容人的申請未獲核准、已經終止或不含行動接見，或帳號暫停使用。請到「申請審核」查看，或不讓這位接見人加入。",
        ),
        ProblemCode::Restricted => (
            "接見受到限制",
            "這段時間內，有接見人或收容人在「限制接見」之列。請先查看並依規定解除，或移出這位接見人，或取消接見。",
        ),
        ProblemCode::MinorWithoutAdult => (
            "只有未成年的接見人",
            "接見人中沒有成年人。請加入一位已核准的成年人，或取消這場接見。",
        ),
        ProblemCode::AlreadyBusy => (
            "這段時間已有其他接見",
            "收容人或其中一位接見人在這段時間已有其他接見。請查看「當日接見」，改選其他時間。",
        ),
        ProblemCode::SlotFull => (
            "這台設備在這段時間已有接見",
            "請改選其他設備或其他時間；「當日接見」列有各設備的接見。",
        ),
        ProblemCode::NotBookable => (
            "這個時間無法安排接見",
            "這個時間已經過去。請改選之後的時間。",
        ),
        ProblemCode::PartySize => (
            "接見人數不符",
            "一場接見須有一至三位接見人，每人一個席位。如果沒有人出席，請取消這場接見。",
        ),
        ProblemCode::InmateGone => (
            "收容人已不在本機關",
            "這位收容人已經移監或出監（所），接見與申請都無法再進行。請取消這場接見，或不予核准這件申請。",
        ),
        ProblemCode::VisitNotChangeable => (
            "這場接見現在不能這樣處理",
            "接見已經開始、結束或由其他同仁處理。請重新整理頁面，查看目前的狀態。",
        ),
        ProblemCode::AccountState => (
            "帳號狀態已有變動",
            "這位接見人的帳號已經由其他同仁暫停、恢復，或由本人關閉。請重新搜尋後再查看。",
        ),
        ProblemCode::ApplicationState => (
            "這件申請目前不能這樣處理",
            "申請人或其他同仁剛剛處理了這件申請。請重新整理頁面，查看目前的狀態。",
        ),
        _ => return None,
    })
}
