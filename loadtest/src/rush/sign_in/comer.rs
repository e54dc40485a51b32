//! Somebody who signs in, as the page does it: who is told to come back does so then, or up to a fifth later, and
//! signs in again.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use serde_json::json;
use tokio::time::{Instant, sleep, timeout};

use crate::rush::{
    line::{Answer, Line, NoAnswer},
    person::{OK, Service, code, refused},
};

/// A page takes an answer that has not come by then for none.
const PATIENCE: Duration = Duration::from_secs(30);
/// So many times in a row a page comes back by itself.
const TIMES: usize = 20;
/// Not all who were told the same moment come back in it: up to a fifth later.
const JITTER: f64 = 0.2;

/// Somebody who has not begun.
pub struct Comer {
    /// Where they sign in.
    pub service: Arc<Service>,
    /// The address of their network.
    pub own: Ipv4Addr,
    /// The account's.
    pub email: String,
    /// The account's.
    pub password: Arc<str>,
}

/// What somebody went through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// How long each answer took, connecting included.
    pub answers: Vec<Duration>,
    /// In how long they were told to come back, each time.
    pub turns: Vec<Duration>,
    /// How long it took from the moment at which it was wanted, once they were in.
    pub in_after: Option<Duration>,
    /// What looked like a fault. Nothing follows it.
    pub fault: Option<String>,
}

impl Comer {
    /// Signs in, from the moment at which it was wanted.
    pub async fn go(self, wanted: Instant) -> Arrival {
        let mut arrival = Arrival::default();
        match self.sign_in(&mut arrival).await {
            Ok(()) => arrival.in_after = Some(wanted.elapsed()),
            Err(fault) => arrival.fault = Some(fault),
        }
        arrival
    }

    async fn sign_in(&self, arrival: &mut Arrival) -> Result<(), String> {
        loop {
            let asked = Instant::now();
            let answer = timeout(PATIENCE, self.ask()).await;
            let answer = answer.unwrap_or(Err(NoAnswer::TooLate));
            arrival.answers.push(asked.elapsed());
            let Some(turn) = turn(&answer.map_err(|error| error.to_string())?)? else {
                return Ok(());
            };
            arrival.turns.push(turn);
            if arrival.turns.len() > TIMES {
                return Err(format!("told to come back more than {TIMES} times"));
            }
            let later = JITTER * rand::random::<f64>();
            sleep(turn.mul_f64(1.0 + later)).await;
        }
    }

    async fn ask(&self) -> Result<Answer, NoAnswer> {
        let head = self.service.head("POST", "/api/visitor/session");
        let body = json!({ "email": self.email, "password": &*self.password });
        let request = head + &self.service.body(&body);
        let mut line = Line::open_from(self.own, self.service.address).await?;
        line.ask(request.as_bytes()).await
    }
}

/// In how long to come back; none for somebody who is in.
fn turn(answer: &Answer) -> Result<Option<Duration>, String> {
    if answer.status == OK {
        return Ok(None);
    }
    let is_turn = code(answer).as_deref() == Some("many_at_once");
    let turn = answer.again_in.filter(|_| is_turn);
    turn.map(Some).ok_or_else(|| refused(answer))
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    /// What a service answers, one after another, each on a connection of its own, and who has asked.
    async fn arrival(answers: &[&str]) -> (Arrival, Vec<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let comer = Comer {
            service: Arc::new(Service {
                address,
                host: address.to_string(),
                origin: format!("http://{address}"),
            }),
            own: Ipv4Addr::new(127, 1, 2, 3),
            email: "7@mail.test".to_owned(),
            password: "secret".into(),
        };
        let serving = async {
            let mut asked = Vec::new();
            for answer in answers {
                let (mut stream, from) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"}") {
                    assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
                }
                stream.write_all(answer.as_bytes()).await.unwrap();
                let request = String::from_utf8(request).unwrap();
                let body = request.rsplit("\r\n").next().unwrap();
                asked.push(format!("{} {body}", from.ip()));
            }
            asked
        };
        tokio::join!(comer.go(Instant::now()), serving)
    }

    const LATER: &str = "HTTP/1.1 503 Later\r\nretry-after: 0\r\ncontent-length: 23\r\n\r\n\
                         {\"code\":\"many_at_once\"}";
    const IN: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

    #[tokio::test]
    async fn who_is_told_to_come_back_does_so_from_the_same_network_and_is_in() {
        let (arrival, asked) = arrival(&[LATER, LATER, IN]).await;
        let one = r#"127.1.2.3 {"email":"7@mail.test","password":"secret"}"#;
        assert_eq!(asked, [one; 3]);
        assert_eq!(arrival.turns, [Duration::ZERO; 2]);
        assert_eq!(arrival.answers.len(), 3);
        assert!(arrival.in_after.is_some());
        assert_eq!(arrival.fault, None);
    }

    #[tokio::test]
    async fn every_other_refusal_is_a_fault_and_so_is_coming_back_for_ever() {
        let wrong = "HTTP/1.1 429 No\r\nretry-after: 1\r\ncontent-length: 2\r\n\r\n{}";
        let (refused, _) = arrival(&[wrong]).await;
        assert_eq!(refused.fault.as_deref(), Some("429 "));
        // After the last one nobody waits.
        let much_later = LATER.replace("retry-after: 0", "retry-after: 86400");
        let (away, _) = arrival(&[&[LATER; TIMES][..], &[&*much_later]].concat()).await;
        assert_eq!(away.turns.len(), TIMES + 1);
        assert_eq!(away.in_after, None);
        assert!(away.fault.is_some());
    }
}
