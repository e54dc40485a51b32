//! Steps that change what stands for or against visits: closures, restrictions, accounts.

use booking_domain::{
    ClosurePlan, Slots,
    accounts::{Accounts, Closed, EmailProof, NewSuspension, SuspensionError, Suspensions},
    applications::{NewRestriction, RestrictionKind, Restrictions},
    local_date,
};
use jiff::ToSpan;

use super::{
    doing::{Answers, Doing, NOTHING, Said, same},
    people,
    reference::Closed as Closure,
    steps::{PEOPLE, Step},
};
use crate::support::season::{DAY_MS, NOW_MS};

impl Doing {
    pub(super) async fn change_days(&mut self, step: &Step) -> Answers {
        let (store, now_ms) = (&self.world.store, self.now_ms);
        let (facility, officer) = (Some(self.world.facility), self.world.officer);
        match *step {
            Step::Close { days, minutes } => {
                let date = local_date(now_ms + days * DAY_MS, &self.reference.zone);
                let plan = ClosurePlan {
                    from: date,
                    to: date.saturating_add(i64::from(minutes.is_none()).days()),
                    minutes,
                    reason: "設備檢修".into(),
                };
                let closed = store
                    .add_closure(facility, plan.clone(), officer, now_ms)
                    .await;
                let (id, touched) = closed.unwrap();
                let expected = self.reference.close(&plan, now_ms);
                let lifted = false;
                self.reference.closures.push(Closure { id, plan, lifted });
                same(Said::Count(touched), Said::Count(expected))
            }
            Step::Lift { closure } if closure < self.reference.closures.len() => {
                let id = self.reference.closures[closure].id;
                let lifted = store
                    .lift_closure(facility, id, officer, now_ms)
                    .await
                    .unwrap();
                self.reference.closures[closure].lifted = true;
                same(Said::Is(lifted), Said::Is(true))
            }
            _ => NOTHING,
        }
    }

    pub(super) async fn change_standing(&mut self, step: &Step) -> Answers {
        let (store, now_ms) = (&self.world.store, self.now_ms);
        let (facility, staff) = (self.world.facility, self.world.officer);
        match *step {
            Step::Restrict {
                who,
                inmate,
                from_ms,
                until_ms,
            } => {
                let new = NewRestriction {
                    facility,
                    person: who.map(|who| self.reference.order[who]),
                    inmate: inmate.map(|inmate| self.reference.inmates[inmate].id),
                    kind: RestrictionKind::NoContact,
                    reason: "地方法院裁定禁止接觸".into(),
                    from_ms,
                    until_ms,
                    staff,
                    at_ms: now_ms,
                };
                let id = store.restrict(new.clone()).await.unwrap();
                self.reference.restrict(id, new);
            }
            Step::LiftRestriction { restriction } => {
                let Some(bar) = self.reference.restrictions.get_mut(restriction) else {
                    return NOTHING;
                };
                let lifted = store
                    .lift_restriction(bar.id, staff, "裁定撤銷", now_ms)
                    .await
                    .unwrap();
                let over = bar.new.until_ms.is_some_and(|until_ms| until_ms <= now_ms);
                let expected = !over && !bar.lifted;
                bar.lifted |= expected;
                return same(Said::Is(lifted), Said::Is(expected));
            }
            _ => {}
        }
        NOTHING
    }

    pub(super) async fn change_account(&mut self, step: &Step, who: usize) -> Answers {
        let (store, now_ms) = (&self.world.store, self.now_ms);
        let (staff, place) = (self.world.officer, who);
        let place = if let Step::Verify { .. } = step {
            place + PEOPLE
        } else {
            place
        };
        let person = self.reference.order[place];
        let account = self.reference.people[&person].account;
        match step {
            Step::Suspend { .. } => {
                let suspension = NewSuspension {
                    person,
                    staff,
                    reason: "冒用他人證件".into(),
                    at_ms: now_ms,
                };
                let said = store.suspend(suspension).await;
                let expected = account.suspended().ok_or(SuspensionError::NotNow);
                let expected = expected.map(|next| self.reference.suspend(person, next, now_ms));
                same(Said::Suspended(said), Said::Suspended(expected))
            }
            Step::Reinstate { .. } => {
                let said = store.reinstate(person, staff, now_ms).await.map(|()| 0);
                let expected = account.reinstated().ok_or(SuspensionError::NotNow);
                let expected = expected.map(|next| self.reference.suspend_no_more(person, next));
                same(Said::Suspended(said), Said::Suspended(expected))
            }
            Step::Verify { .. } => {
                let said = people::verify(&self.world, place, now_ms).await;
                let in_time = now_ms < NOW_MS + EmailProof::VERIFY_MS;
                let next = account.verified().filter(|_| in_time);
                if let Some(next) = next {
                    self.reference.people.get_mut(&person).unwrap().account = next;
                }
                same(Said::Is(said == Some(person)), Said::Is(next.is_some()))
            }
            _ => {
                let said = store.close_account(person, "hash 1", now_ms).await.unwrap();
                let expected = match account.closed() {
                    None => Closed::NotOpen,
                    Some(_) if !self.reference.may_leave(person, now_ms) => Closed::HasVisits,
                    Some(next) => {
                        self.reference.close_account(person, next);
                        Closed::Done
                    }
                };
                same(Said::Closed(said), Said::Closed(expected))
            }
        }
    }
}
