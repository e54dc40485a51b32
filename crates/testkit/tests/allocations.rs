//! The allocator that counts does count.

use testkit::allocations::{Counting, on_this_thread};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn what_this_thread_takes_is_counted_and_what_another_takes_is_not() {
    let before = on_this_thread();
    let mut bytes = std::hint::black_box(Vec::<u8>::with_capacity(1));
    assert_eq!(on_this_thread(), before + 1);
    bytes.reserve_exact(100);
    assert_eq!(on_this_thread(), before + 2);
    let elsewhere = std::thread::spawn(|| {
        let before = on_this_thread();
        drop(std::hint::black_box(vec![0_u8; 100]));
        on_this_thread() - before
    });
    let here = on_this_thread();
    assert!(elsewhere.join().unwrap() > 0);
    assert_eq!(on_this_thread(), here);
}
