//! Where requests for slots line up.
//!
//! In a rush, hundreds of people want a slot in the same second. One task takes all who wait, up to
//! [`TOGETHER`], and has the store answer them in one transaction: so the disk is waited for once for many, in
//! the order in which they came. A request alone is answered at once.

use booking_domain::{BookError, Bookings, NewBooking, StoreError};
use booking_store::Store;
use ids::VisitId;
use tokio::sync::{mpsc, oneshot};

/// The most requests of one transaction.
const TOGETHER: usize = 128;
/// Requests that wait. Beyond these, further ones are told to come back.
const QUEUE: usize = 16 * 1024;

/// The line of requests.
pub(crate) struct BookingDesk(mpsc::Sender<Waiting>);

struct Waiting {
    request: NewBooking,
    answer: oneshot::Sender<Result<VisitId, BookError>>,
}

impl BookingDesk {
    /// Starts the task that answers. It ends when this is dropped.
    pub(crate) fn start(store: Store) -> Self {
        let (sender, mut receiver) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut waiting = Vec::with_capacity(TOGETHER);
            while receiver.recv_many(&mut waiting, TOGETHER).await > 0 {
                let (requests, answers): (Vec<_>, Vec<_>) = waiting
                    .drain(..)
                    .map(|Waiting { request, answer }| (request, answer))
                    .unzip();
                for (booked, answer) in store.book(requests).await.into_iter().zip(answers) {
                    // Who has gone meanwhile finds the hold among their visits, or it runs out.
                    let _ = answer.send(booked);
                }
            }
        });
        Self(sender)
    }

    /// Asks for a slot, and waits for the answer.
    pub(crate) async fn book(&self, request: NewBooking) -> Result<VisitId, BookError> {
        let (answer, booked) = oneshot::channel();
        self.0
            .try_send(Waiting { request, answer })
            .map_err(|_| away("too many requests for slots wait"))?;
        booked
            .await
            .unwrap_or_else(|_| Err(away("the booking desk has stopped")))
    }
}

fn away(why: &str) -> BookError {
    StoreError::Unavailable(why.to_owned()).into()
}
