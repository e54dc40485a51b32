//! What a transport holds on to.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    net::SocketAddr,
    time::{Duration, Instant},
};

use rand::{SeedableRng, rngs::StdRng};
use sfu_transport::{Accepted, Certificate, Transport, TransportConfig, TransportOutput};

use crate::{
    checks,
    clients::{Client, Dimpl},
    network::CLIENT,
};

thread_local! {
    /// Bytes that are allocated and not freed, of what is done inside [`counted`].
    static HELD: Cell<isize> = const { Cell::new(0) };
    static IS_COUNTED: Cell<bool> = const { Cell::new(false) };
}

struct Counting;

fn count(bytes: isize) {
    if IS_COUNTED.get() {
        HELD.set(HELD.get() + bytes);
    }
}

#[expect(
    unsafe_code,
    reason = "an allocator cannot be written without; this one only counts"
)]
// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        // SAFETY: the caller's promise, passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size.cast_signed() - layout.size().cast_signed());
        // SAFETY: the caller's promise, passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn counted<T>(server: impl FnOnce() -> T) -> T {
    IS_COUNTED.set(true);
    let result = server();
    IS_COUNTED.set(false);
    result
}

/// The most that a transport may hold while a call goes on, in bytes: half a mebibyte is for a room of
/// four with all that it keeps of the media.
const CONNECTED_MAX: isize = 10 * 1024;

#[test]
fn a_transport_whose_keys_are_agreed_holds_little() {
    let now = Instant::now();
    let candidates = vec![SocketAddr::from(([198, 51, 100, 1], 3_478))];
    let config = TransportConfig::new(Certificate::generate().unwrap(), candidates);
    let mut client = Dimpl::new(1_200, false, now);
    let offer = checks::offer(&client.fingerprint());
    let mut rng = StdRng::seed_from_u64(1);
    let (mut transport, answer) = counted(|| {
        let accepted = Transport::accept(&offer, &config, &mut rng, now).unwrap();
        let Accepted {
            transport, answer, ..
        } = accepted;
        (transport, answer)
    });
    // The answer is given away.
    let given = answer.capacity().cast_signed();
    let accepted = HELD.get() - given;
    let check = checks::check(&answer, true);
    counted(|| transport.handle_stun(CLIENT, &check, now));
    client.start(now);
    let mut connected = false;
    while !connected {
        for datagram in client.take_outgoing() {
            counted(|| transport.handle_dtls(CLIENT, &datagram, now));
        }
        while let Some(output) = transport.poll_output() {
            match &output {
                TransportOutput::Transmit { bytes, .. } if bytes[0] >= 20 => {
                    client.handle(bytes, now);
                }
                TransportOutput::Connected => connected = true,
                _ => {}
            }
            counted(|| drop(output));
        }
    }
    let keyed = HELD.get() - given;
    // The last flight is kept until it has been repeated often enough, or is known to have arrived.
    let mut later = now;
    let check = checks::check(&answer, true);
    while let Some(at) = transport.poll_timeout() {
        later = later.max(at);
        if later > now + Duration::from_mins(5) {
            break;
        }
        counted(|| {
            transport.handle_stun(CLIENT, &check, later);
            transport.handle_timeout(later);
            while transport.poll_output().is_some() {}
        });
        later += Duration::from_secs(1);
    }
    let settled = HELD.get() - given;
    println!("accepted {accepted}, keyed {keyed}, settled {settled} bytes");
    assert!(
        accepted < 16 * 1024,
        "{accepted} bytes before the handshake"
    );
    assert!(
        settled <= keyed,
        "{settled} bytes in the end, {keyed} before"
    );
    assert!(keyed <= CONNECTED_MAX, "{keyed} bytes");
}
