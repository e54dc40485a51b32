//! One answer for many: who asks while an answer is being made waits, and all who wait are answered together
//! by the next one. So a store is asked once for hundreds who come in the same moment; a request alone is
//! answered at once.

use async_trait::async_trait;
use booking_domain::StoreError;
use tokio::sync::{mpsc, oneshot};

/// The most questions of one answer.
const AT_ONCE: usize = 128;
/// Questions that wait. Beyond these, whoever asks is told to come back.
const QUEUE: usize = 16 * 1024;

/// What answers many questions at once.
#[async_trait]
pub(crate) trait Answers: Send + 'static {
    /// A question.
    type Question: Send + 'static;
    /// Its answer.
    type Answer: Send + 'static;

    /// Answers every question, in their order. An error is everybody's.
    async fn answer(
        &mut self,
        questions: Vec<Self::Question>,
    ) -> Result<Vec<Self::Answer>, StoreError>;
}

/// The line of those who ask.
pub(crate) struct Together<A: Answers>(mpsc::Sender<Waiting<A>>);

type Waiting<A> = (
    <A as Answers>::Question,
    oneshot::Sender<Result<<A as Answers>::Answer, StoreError>>,
);

impl<A: Answers> Together<A> {
    /// Starts the task that answers. It ends when this is dropped.
    pub(crate) fn start(mut answers: A) -> Self {
        let (sender, mut receiver) = mpsc::channel::<Waiting<A>>(QUEUE);
        tokio::spawn(async move {
            let mut waiting = Vec::with_capacity(AT_ONCE);
            while receiver.recv_many(&mut waiting, AT_ONCE).await > 0 {
                let (questions, who): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
                let answers: Vec<_> = match answers.answer(questions).await {
                    Ok(answers) => answers.into_iter().map(Ok).collect(),
                    Err(error) => who.iter().map(|_| Err(error.clone())).collect(),
                };
                for (answer, who) in answers.into_iter().zip(who) {
                    // Somebody may have gone meanwhile.
                    let _ = who.send(answer);
                }
            }
        });
        Self(sender)
    }

    /// Asks, and waits for the answer. An error where too many wait already.
    pub(crate) async fn ask(&self, question: A::Question) -> Result<A::Answer, StoreError> {
        let (who, answer) = oneshot::channel();
        let away = |why: &str| StoreError::Unavailable(why.to_owned());
        self.0
            .try_send((question, who))
            .map_err(|_| away("too many requests wait"))?;
        answer
            .await
            .unwrap_or_else(|_| Err(away("nobody answers any more")))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    /// More than one answer is for.
    const CROWD: usize = 2 * AT_ONCE + AT_ONCE / 2;

    /// Doubles numbers once it is let to, and says how many came together.
    struct Doubling(std::sync::Arc<Semaphore>);

    #[async_trait]
    impl Answers for Doubling {
        type Question = usize;
        type Answer = (usize, usize);

        async fn answer(
            &mut self,
            questions: Vec<usize>,
        ) -> Result<Vec<(usize, usize)>, StoreError> {
            let _let = self.0.acquire().await.expect("it is never closed");
            let together = questions.len();
            let answer = |question| (question * 2, together);
            Ok(questions.into_iter().map(answer).collect())
        }
    }

    #[tokio::test]
    async fn who_waits_is_answered_together_and_each_with_their_own_answer() {
        let gate = std::sync::Arc::new(Semaphore::new(0));
        let together = Together::start(Doubling(gate.clone()));
        let asking = join_all((0..CROWD).map(|number| together.ask(number)));
        let (answers, ()) = tokio::join!(asking, async { gate.add_permits(1) });
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        let doubled: Vec<_> = answers.iter().map(|(doubled, _)| *doubled).collect();
        assert_eq!(
            doubled,
            (0..CROWD).map(|number| number * 2).collect::<Vec<_>>()
        );
        let most = answers.iter().map(|(_, together)| *together).max();
        assert_eq!(most, Some(AT_ONCE));
    }
}
