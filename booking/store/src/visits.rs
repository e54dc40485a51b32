//! Visits around their calls.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use booking_domain::{
    CallNote, LinkView, RedeemError, Redemption, SeatLink, SeatStanding, StoreError, TerminalInfo,
    VisitInfo, VisitState, Visits,
};
use grant::{DeviceHash, LinkHash, SecretHash};
use ids::{Seat, TerminalId, VisitId};
use sqlx::any::AnyRow;

use crate::{
    Store,
    again::again,
    applications::{is_approved, state_for_seat},
    call_notes,
    error::failed,
    many::{all, asking, pieces, places, statement},
    rows::{from_ms, from_seat, id, integer, number, optional_hash, seat, text, wrong},
    visit_rows::{fold_visits, select_visits},
};

#[async_trait]
impl Visits for Store {
    async fn redeem(
        &self,
        link: LinkHash,
        device: DeviceHash,
        now_ms: u64,
    ) -> Result<Redemption, RedeemError> {
        let won = self.take(link, device, now_ms).await.map_err(away)?;
        let Some(row) = won else {
            return Err(self.why_not(link, device, now_ms).await);
        };
        self.redemption(&row).await.map_err(away)
    }

    async fn look(&self, link: LinkHash) -> Result<Option<LinkView>, StoreError> {
        let found = self.link(link).await?;
        Ok(found.map(|(link, visit, seat)| LinkView {
            withdrawn: link.is_withdrawn(visit.state),
            visit,
            seat,
        }))
    }

    async fn standing(
        &self,
        visit: VisitId,
        seat: Seat,
    ) -> Result<Option<SeatStanding>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT ",
            state_for_seat!(),
            " AS state, visit.ends_at_ms, member.links_issued
             FROM visit JOIN visit_member AS member ON member.visit_id = visit.id
             WHERE visit.id = $1 AND member.seat = $2",
        ))
        .bind(visit.to_string())
        .bind(from_seat(seat))
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.map(|row| {
            Ok(SeatStanding {
                state: state(&row)?,
                generation: number(&row, "links_issued")?,
                ends_at_ms: number(&row, "ends_at_ms")?,
            })
        })
        .transpose()
    }

    async fn closed_among(
        &self,
        visits: &[VisitId],
    ) -> Result<Vec<(VisitId, VisitState)>, StoreError> {
        let mut closed = BTreeMap::new();
        for piece in pieces(visits) {
            let sql = format!(
                "SELECT id, state FROM visit
                 WHERE id IN ({}) AND state NOT IN ('confirmed', 'in_session')",
                places(1, piece.len())
            );
            for row in &all(&self.readers, asking(sql, &piece)).await? {
                closed.insert(id(row, "id")?, state(row)?);
            }
        }
        Ok(closed.into_iter().collect())
    }

    async fn terminal(&self, secret: SecretHash) -> Result<Option<TerminalInfo>, StoreError> {
        let row = sqlx::query(
            "SELECT terminal.id, terminal.name, facility.name AS facility_name
             FROM terminal JOIN facility ON facility.id = terminal.facility_id
             WHERE terminal.secret_hash = $1",
        )
        .bind(secret.as_bytes().as_slice())
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        row.map(|row| {
            Ok(TerminalInfo {
                id: id(&row, "id")?,
                name: text(&row, "name")?,
                facility_name: text(&row, "facility_name")?,
            })
        })
        .transpose()
    }

    async fn unpaired_among(&self, secrets: &[SecretHash]) -> Result<Vec<SecretHash>, StoreError> {
        let mut unpaired: BTreeSet<_> = secrets.iter().copied().collect();
        for piece in pieces(secrets) {
            let sql = format!(
                "SELECT secret_hash FROM terminal WHERE secret_hash IN ({})",
                places(1, piece.len())
            );
            let mut asking = statement(sql);
            for secret in &piece {
                asking = asking.bind(secret.as_bytes().to_vec());
            }
            for row in &all(&self.readers, asking).await? {
                if let Some(paired) = optional_hash(row, "secret_hash")? {
                    unpaired.remove(&SecretHash::from_bytes(paired));
                }
            }
        }
        Ok(unpaired.into_iter().collect())
    }

    async fn terminal_visits(
        &self,
        terminal: TerminalId,
        from_ms: u64,
        to_ms: u64,
    ) -> Result<Vec<VisitInfo>, StoreError> {
        let rows = sqlx::query(select_visits!(
            "visit.terminal_id = $1 AND visit.state IN ('confirmed', 'in_session')
             AND visit.opens_at_ms < $3 AND visit.ends_at_ms > $2
             ORDER BY visit.starts_at_ms, visit.id, member.seat"
        ))
        .bind(terminal.to_string())
        .bind(self::from_ms(from_ms))
        .bind(self::from_ms(to_ms))
        .fetch_all(&self.readers)
        .await
        .map_err(failed)?;
        Ok(fold_visits(&rows)?
            .into_iter()
            .map(|visit| visit.info)
            .collect())
    }

    async fn give_time_back(
        &self,
        visit: VisitId,
        lost_ms: u64,
        now_ms: u64,
    ) -> Result<u64, StoreError> {
        self.move_end_for(visit, lost_ms, now_ms).await
    }

    async fn note(&self, notes: &[CallNote]) -> Result<(), StoreError> {
        again(|| async {
            let mut transaction = self.begin().await?;
            call_notes::write(&mut transaction, notes).await?;
            transaction.commit().await.map_err(failed)
        })
        .await
    }
}

impl Store {
    /// The one update that decides who gets a seat.
    async fn take(
        &self,
        link: LinkHash,
        device: DeviceHash,
        now_ms: u64,
    ) -> Result<Option<AnyRow>, StoreError> {
        // All rows are fetched, as SQLite commits when the statement has run to its end.
        let rows = sqlx::query(concat!(
            "UPDATE seat_link
             SET state = 'redeemed', device_hash = $2, redeemed_at_ms = COALESCE(redeemed_at_ms, $3)
             WHERE hash = $1
               AND (state = 'issued' OR (state = 'redeemed' AND device_hash = $2))
               AND EXISTS (
                   SELECT 1 FROM visit JOIN visit_member AS member ON member.visit_id = visit.id
                   WHERE visit.id = seat_link.visit_id
                     AND visit.state IN ('confirmed', 'in_session')
                     AND visit.opens_at_ms <= $3 AND $3 < visit.ends_at_ms
                     AND member.seat = seat_link.seat
                     AND member.links_issued = seat_link.generation
                     AND ",
            is_approved!("member.person_id", "visit.inmate_id"),
            "  )
             RETURNING visit_id, seat, generation",
        ))
        .bind(link.as_bytes().as_slice())
        .bind(device.as_bytes().as_slice())
        .bind(from_ms(now_ms))
        .fetch_all(&self.writers)
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().next())
    }

    async fn redemption(&self, row: &AnyRow) -> Result<Redemption, StoreError> {
        let visit = self.visit(id(row, "visit_id")?).await?;
        let visit = visit.ok_or_else(|| wrong("visit_id", "no such visit"))?;
        let seat = seat(integer(row, "seat")?)?;
        let name = visit
            .name_of(seat)
            .ok_or_else(|| wrong("seat", "nobody has it"))?
            .to_owned();
        Ok(Redemption {
            visit,
            seat,
            generation: number(row, "generation")?,
            name,
        })
    }

    /// Why a device did not get a link's seat.
    async fn why_not(&self, link: LinkHash, device: DeviceHash, now_ms: u64) -> RedeemError {
        match self.link(link).await {
            Ok(None) => RedeemError::NotFound,
            Ok(Some((link, visit, _))) => link
                .redeem(device, visit.state, visit.window(now_ms))
                .err()
                .unwrap_or_else(|| RedeemError::Unavailable("the link has just changed".into())),
            Err(error) => away(error),
        }
    }

    async fn link(
        &self,
        link: LinkHash,
    ) -> Result<Option<(SeatLink, VisitInfo, Seat)>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT seat_link.visit_id, seat_link.seat, seat_link.state AS link_state,
                    seat_link.device_hash, ",
            state_for_seat!(),
            " AS state
             FROM seat_link
             JOIN visit ON visit.id = seat_link.visit_id
             JOIN visit_member AS member ON member.visit_id = seat_link.visit_id
                                        AND member.seat = seat_link.seat
             WHERE seat_link.hash = $1"
        ))
        .bind(link.as_bytes().as_slice())
        .fetch_optional(&self.readers)
        .await
        .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let link = match (
            text(&row, "link_state")?.as_str(),
            optional_hash(&row, "device_hash")?,
        ) {
            ("issued", _) => SeatLink::Issued,
            ("redeemed", Some(device)) => SeatLink::Redeemed {
                device: DeviceHash::from_bytes(device),
            },
            ("void", _) => SeatLink::Void,
            _ => return Err(wrong("link_state", "not a state of a link")),
        };
        let seat = seat(integer(&row, "seat")?)?;
        let state = state(&row)?;
        let visit = self.visit(id(&row, "visit_id")?).await?;
        Ok(visit.map(|visit| (link, VisitInfo { state, ..visit }, seat)))
    }

    async fn visit(&self, visit: VisitId) -> Result<Option<VisitInfo>, StoreError> {
        let rows = sqlx::query(select_visits!("visit.id = $1 ORDER BY member.seat"))
            .bind(visit.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?;
        Ok(fold_visits(&rows)?
            .into_iter()
            .next()
            .map(|visit| visit.info))
    }
}

/// Notes a step in the audit trail, and moves the visit to the state that follows.
fn state(row: &AnyRow) -> Result<VisitState, StoreError> {
    VisitState::parse(&text(row, "state")?).map_err(|error| wrong("state", error))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is used as `map_err(away)`"
)]
fn away(error: StoreError) -> RedeemError {
    RedeemError::Unavailable(error.to_string())
}
