//! Datagrams on a TCP connection (RFC 4571 section 2, which RFC 6544 section 3 takes over): each is
//! preceded by its length in two bytes, most significant first.
//!
//! Both directions are bounded. [`FrameReader`] holds a frame that has not come whole, and refuses one
//! longer than anything that WebRTC sends. [`FrameQueue`] holds what the connection does not take yet;
//! a reader that is too slow loses whole frames, the newest first, as at a full network queue, and
//! nobody waits for it.

/// The longest frame that is taken, in bytes, without its length. A datagram of WebRTC fits an
/// Ethernet frame.
pub const FRAME_LEN_MAX: usize = 4096;

const LENGTH_LEN: usize = 2;
/// What a reader asks for at one time, at most.
const READ_LEN: usize = 2 * (LENGTH_LEN + FRAME_LEN_MAX);

/// A length that no peer of ours sends: the stream is not ours, or out of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame of {0} bytes is longer than any that is taken")]
pub struct FrameTooLong(pub usize);

/// The frame that a stream begins with; `None` while it has not come whole.
///
/// # Errors
/// The frame is too long.
pub fn first_frame(stream: &[u8]) -> Result<Option<&[u8]>, FrameTooLong> {
    let Some((length, rest)) = stream.split_first_chunk() else {
        return Ok(None);
    };
    let length = usize::from(u16::from_be_bytes(*length));
    if length > FRAME_LEN_MAX {
        return Err(FrameTooLong(length));
    }
    Ok(rest.get(..length))
}

/// Takes a stream apart into frames.
#[derive(Debug, Default)]
pub struct FrameReader {
    /// Empty until something is read. What is before `start` was given out, what is from `end` on is
    /// room.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl FrameReader {
    /// Room for more of the stream, never empty; [`FrameReader::filled`] says how much was used.
    pub fn room(&mut self) -> &mut [u8] {
        self.buffer.resize(READ_LEN, 0);
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        &mut self.buffer[self.end..]
    }

    /// The first `length` bytes of the room are of the stream now.
    pub fn filled(&mut self, length: usize) {
        self.end = (self.end + length).min(self.buffer.len());
    }

    /// The next whole frame; it can be changed in place. While there is one, the room may not grow.
    ///
    /// # Errors
    /// The frame is too long; the stream cannot be read on.
    pub fn next_frame(&mut self) -> Result<Option<&mut [u8]>, FrameTooLong> {
        let Some(frame) = first_frame(&self.buffer[self.start..self.end])? else {
            return Ok(None);
        };
        let from = self.start + LENGTH_LEN;
        self.start = from + frame.len();
        Ok(Some(&mut self.buffer[from..self.start]))
    }
}

/// Frames that wait for a connection to take them.
#[derive(Debug)]
pub struct FrameQueue {
    /// What is before `start` is written.
    buffer: Vec<u8>,
    start: usize,
    limit: usize,
}

impl FrameQueue {
    /// An empty queue for at most `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            buffer: Vec::new(),
            start: 0,
            limit,
        }
    }

    /// Appends a frame. False: there was no room, and nothing was appended.
    #[must_use]
    pub fn push(&mut self, frame: &[u8]) -> bool {
        let Ok(length) = u16::try_from(frame.len()) else {
            return false;
        };
        let whole = LENGTH_LEN + frame.len();
        if self.pending().len() + whole > self.limit {
            return false;
        }
        if self.buffer.len() + whole > self.limit {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend(length.to_be_bytes());
        self.buffer.extend(frame);
        true
    }

    /// What is to be written next.
    #[must_use]
    pub fn pending(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// The first `length` bytes are written.
    pub fn written(&mut self, length: usize) {
        self.start = (self.start + length).min(self.buffer.len());
        if self.start == self.buffer.len() {
            self.buffer.clear();
            self.start = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads a stream that comes in pieces of these lengths, over and over.
    fn read(stream: &[u8], pieces: &[usize]) -> Result<Vec<Vec<u8>>, FrameTooLong> {
        let mut reader = FrameReader::default();
        let mut frames = Vec::new();
        let mut rest = stream;
        for piece in pieces.iter().cycle() {
            let room = reader.room();
            assert!(!room.is_empty());
            let length = (*piece).min(room.len()).min(rest.len());
            room[..length].copy_from_slice(&rest[..length]);
            reader.filled(length);
            rest = &rest[length..];
            while let Some(frame) = reader.next_frame()? {
                frames.push(frame.to_vec());
            }
            if rest.is_empty() {
                break;
            }
        }
        Ok(frames)
    }

    #[test]
    fn a_frame_is_its_length_and_itself() {
        let mut queue = FrameQueue::new(100);
        assert!(queue.push(b"abc"));
        assert!(queue.push(b""));
        assert_eq!(queue.pending(), b"\0\x03abc\0\0");
    }

    #[test]
    fn a_frame_that_is_too_long_ends_the_reading_before_anything_is_kept() {
        assert_eq!(read(&[0xff, 0xff], &[1]), Err(FrameTooLong(0xffff)));
        let longest = [&[0x10, 0x00][..], &[7; FRAME_LEN_MAX]].concat();
        assert_eq!(read(&longest, &[1000]), Ok(vec![vec![7; FRAME_LEN_MAX]]));
    }

    #[test]
    fn a_full_queue_refuses_whole_frames_and_has_room_again_for_what_is_written() {
        let mut queue = FrameQueue::new(20);
        assert!(queue.push(&[1; 8]));
        assert!(queue.push(&[2; 8]));
        assert!(!queue.push(&[]), "the queue is full");
        assert!(!queue.push(&[3; 70_000]), "no frame is that long");
        queue.written(5);
        assert_eq!(queue.pending().len(), 15);
        assert!(!queue.push(&[4; 8]));
        queue.written(5);
        assert!(queue.push(&[4; 8]));
        assert_eq!(
            queue.pending(),
            [&[0, 8][..], &[2; 8], &[0, 8], &[4; 8]].concat()
        );
        assert!(queue.buffer.capacity() < 100);
        queue.written(1000);
        assert!(queue.pending().is_empty());
    }

    proptest! {
        #[test]
        fn what_is_queued_comes_out_however_the_stream_is_cut(
            frames in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..600), 0..20),
            pieces in proptest::collection::vec(1_usize..3000, 1..20),
        ) {
            let mut queue = FrameQueue::new(usize::MAX);
            for frame in &frames {
                prop_assert!(queue.push(frame));
            }
            prop_assert_eq!(read(queue.pending(), &pieces), Ok(frames));
        }
    }
}
