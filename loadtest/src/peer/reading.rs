//! An interceptor that looks at what arrives, and lets through all that is sent.

use std::{collections::VecDeque, time::Instant};

use rtc::{
    interceptor::{Interceptor, StreamInfo, TaggedPacket},
    sansio::Protocol,
    shared::error::Error,
};

/// What becomes of packets that arrive.
pub(super) trait Reading: Send + Sync + 'static {
    /// The packet as it goes on, or nothing where it ends here.
    fn read(&mut self, packet: TaggedPacket) -> Option<TaggedPacket>;
    /// Packets of a stream may come from now on.
    fn begin(&mut self, _stream: &StreamInfo) {}
    /// No more packets of a stream come.
    fn end(&mut self, _stream: &StreamInfo) {}
}

/// Does so as an interceptor.
#[derive(Default)]
pub(super) struct Reader<R> {
    reading: R,
    reads: VecDeque<TaggedPacket>,
    writes: VecDeque<TaggedPacket>,
}

impl<R: Reading> Protocol<TaggedPacket, TaggedPacket, ()> for Reader<R> {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, packet: TaggedPacket) -> Result<(), Error> {
        self.reads.extend(self.reading.read(packet));
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.reads.pop_front()
    }

    fn handle_write(&mut self, packet: TaggedPacket) -> Result<(), Error> {
        self.writes.push_back(packet);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.writes.pop_front()
    }
}

impl<R: Reading> Interceptor for Reader<R> {
    fn bind_local_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _info: &StreamInfo) {}

    fn bind_remote_stream(&mut self, info: &StreamInfo) {
        self.reading.begin(info);
    }

    fn unbind_remote_stream(&mut self, info: &StreamInfo) {
        self.reading.end(info);
    }
}
