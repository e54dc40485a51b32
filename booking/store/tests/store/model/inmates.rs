//! Inmates who go to the other facility, come back from it or are released, and who are new.

use std::collections::BTreeMap;

use booking_domain::{
    Actor, BookRefusal, ChangeError, Departed, Departure, InmateRow, InmateState, InmateStep,
    Inmates, Month,
    applications::{ApplicationStep, NewRestriction},
    local_date,
};
use ids::{FacilityId, InmateId, RestrictionId};
use sqlx::Row;
use uuid::Uuid;

use super::{
    doing::{Answers, Doing, NOTHING, Said, same},
    reference::{Inmate, Reference, Restriction},
};

impl Reference {
    /// The inmates who are held at the facility, by their places.
    pub(super) fn present(&self) -> impl Iterator<Item = usize> {
        let present = |inmate: &Inmate| inmate.here && inmate.state == InmateState::Present;
        let inmates = self.inmates.iter().enumerate();
        inmates.filter_map(move |(place, inmate)| present(inmate).then_some(place))
    }

    /// Nobody confirms or clears a visit with somebody who has left.
    pub(super) fn is_there(&self, inmate: InmateId) -> Result<(), ChangeError> {
        let mut present = self.present().map(|place| self.inmates[place].id);
        if present.any(|id| id == inmate) {
            Ok(())
        } else {
            Err(BookRefusal::InmateGone.into())
        }
    }

    /// An inmate leaves: to be another one where the store says, or for good.
    fn depart(
        &mut self,
        inmate: usize,
        step: InmateStep,
        there: Option<(InmateId, FacilityId)>,
        now_ms: u64,
    ) -> Departed {
        let found = &mut self.inmates[inmate];
        let Some(next) = found.state.after(step) else {
            return Departed::NotPresent;
        };
        let (id, here) = (found.id, found.here);
        found.state = next;
        if let Some((there, facility)) = there {
            self.bring_bars(id, there, facility, now_ms);
            self.bring_months(id, there, now_ms);
            self.inmates.push(Inmate {
                id: there,
                state: InmateState::Present,
                here: !here,
            });
        }
        let mut ended = 0;
        for application in self.applications.iter_mut().filter(|of| of.inmate == id) {
            if let Some(next) = application.state.after(ApplicationStep::Leave) {
                application.state = next;
                ended += 1;
            }
        }
        let flagged = self.flag(|_, visit| visit.inmate == id, "inmate_transferred", now_ms);
        Departed::Done {
            there: there.map(|(there, _)| there),
            applications: ended,
            visits: flagged,
        }
    }

    /// What stands against visits to an inmate goes along, by ids that are the store's to choose.
    fn bring_bars(&mut self, inmate: InmateId, there: InmateId, facility: FacilityId, now_ms: u64) {
        let goes_along = |bar: &&Restriction| {
            let over = bar.new.until_ms.is_some_and(|until_ms| until_ms <= now_ms);
            bar.new.inmate == Some(inmate) && !bar.lifted && !over
        };
        let brought = self.restrictions.iter().filter(goes_along);
        let brought: Vec<_> = brought
            .map(|bar| Restriction {
                id: RestrictionId::from_uuid(Uuid::nil()),
                new: NewRestriction {
                    facility,
                    inmate: Some(there),
                    ..bar.new.clone()
                },
                lifted: false,
            })
            .collect();
        self.restrictions.extend(brought);
    }

    /// What was used of this month and later ones goes along, but for visits that will not take place.
    fn bring_months(&mut self, inmate: InmateId, there: InmateId, now_ms: u64) {
        let month = Month::of(local_date(now_ms, &self.zone));
        let mut used: BTreeMap<Month, u32> = BTreeMap::new();
        for ((_, of), visits) in self.brought.iter().filter(|((of, _), _)| *of == inmate) {
            *used.entry(*of).or_default() += visits;
        }
        for visit in self.visits.iter().filter(|visit| visit.inmate == inmate) {
            let ahead = visit.is_live() && visit.slot.starts_at_ms >= now_ms;
            if let Some(of) = visit.counted.filter(|_| !ahead) {
                *used.entry(of).or_default() += 1;
            }
        }
        let used = used.into_iter().filter(|(of, _)| *of >= month);
        self.brought
            .extend(used.map(|(of, visits)| ((there, of), visits)));
    }
}

impl Doing {
    pub(super) async fn depart(&mut self, inmate: usize, released: bool) -> Answers {
        let found = &self.reference.inmates[inmate];
        let mut ways = [self.world.facility, self.elsewhere];
        if !found.here {
            ways.reverse();
        }
        let [from, to] = ways;
        let departure = Departure {
            inmate: found.id,
            facility: from,
            to: (!released).then(|| (to, self.next_number())),
            by: Actor::Staff(self.world.officer),
            at_ms: self.now_ms,
        };
        let step = departure.step();
        let said = self.world.store.depart(departure).await.unwrap();
        let there = match said {
            Departed::Done { there, .. } => there,
            Departed::NotPresent => None,
        };
        let there = there.map(|there| (there, to));
        let expected = self.reference.depart(inmate, step, there, self.now_ms);
        if let Some((there, _)) = there {
            self.name_bars(there).await;
        }
        same(Said::Departed(said), Said::Departed(expected))
    }

    /// Somebody is held from now on who was not before.
    pub(super) async fn admit(&mut self) -> Answers {
        let row = InmateRow {
            number: self.next_number(),
            name: "王大志".into(),
            first_name: "大志".into(),
        };
        let by = Actor::Staff(self.world.officer);
        let (facility, now_ms) = (self.world.facility, self.now_ms);
        let admitted = self
            .world
            .store
            .admit_inmate(facility, row, by, now_ms)
            .await;
        self.reference.inmates.push(Inmate {
            id: admitted.unwrap(),
            state: InmateState::Present,
            here: true,
        });
        NOTHING
    }

    fn next_number(&self) -> String {
        (4000 + self.reference.inmates.len()).to_string()
    }

    /// Gives the bars that came along with an inmate the ids that the store has chosen. Alike ones may change places.
    async fn name_bars(&mut self, inmate: InmateId) {
        let sql = "SELECT id, person_id, from_ms, until_ms FROM restriction WHERE inmate_id = $1";
        let rows = sqlx::query(sql)
            .bind(inmate.to_string())
            .fetch_all(&self.world.database)
            .await
            .unwrap();
        for row in &rows {
            let person: Option<String> = row.get("person_id");
            let time = ["from_ms", "until_ms"].map(|at| row.get::<Option<i64>, _>(at));
            let alike = |bar: &&mut Restriction| {
                let new = &bar.new;
                bar.id.as_uuid().is_nil()
                    && new.person.map(|person| person.to_string()) == person
                    && [Some(new.from_ms), new.until_ms] == time.map(|at| at.map(i64::unsigned_abs))
            };
            if let Some(bar) = self.reference.restrictions.iter_mut().find(alike) {
                bar.id = row.get::<String, _>("id").parse().unwrap();
            }
        }
    }
}
