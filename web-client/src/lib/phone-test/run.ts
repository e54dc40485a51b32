/** Runs a test of whether a call would hold: the machine of `machine.ts` with a websocket, a PeerConnection and a clock. */
import { written } from '../i18n/locale.svelte';
import { steadyNow } from '../call/clock';
import { Peer } from '../media/peer';
import { SignalingSocket } from '../signaling/socket';
import type { IceServer } from '../protocol.generated';
import { TestMachine, type Effect, type Ending, type Outcome } from './machine';
import { read } from './verdict';

/** Sends what `local` has, each time with a pass of its own. Stops without an outcome when `signal` says so. */
export async function testCall(
  local: MediaStream,
  pass: () => Promise<string>,
  signal: AbortSignal,
): Promise<Outcome | null> {
  const startedAt = steadyNow();
  let relays: IceServer[] = [];
  for (let failed = 0; ; failed += 1) {
    const machine = new TestMachine(await pass(), written(), failed, startedAt);
    const ending = await connect(local, machine, relays, signal);
    if (ending === null || typeof ending === 'string') return ending;
    relays = ending.relays;
  }
}

function connect(
  local: MediaStream,
  machine: TestMachine,
  relays: IceServer[],
  signal: AbortSignal,
): Promise<Ending | null> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(null);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;

    const end = (ending: Ending | null): void => {
      over = true;
      clearTimeout(timer);
      socket.close();
      peer.close();
      resolve(ending);
    };
    const happen = (what: (now: number) => void): void => {
      if (over) return;
      what(steadyNow());
      for (let effect; !over && (effect = machine.pollEffect());) void carryOut(effect);
      clearTimeout(timer);
      const at = machine.pollTimeout();
      if (over || at === undefined) return;
      const wait = Math.max(0, at - steadyNow());
      timer = setTimeout(() => happen((now) => machine.handleTimeout(now)), wait);
    };
    const offer = (made: Promise<string>): Promise<void> =>
      made.then(
        (sdp) => happen(() => machine.offerReady(sdp)),
        () => happen(() => machine.peerFailed()),
      );

    async function carryOut(effect: Effect): Promise<void> {
      switch (effect.type) {
        case 'send':
          socket.send(effect.message);
          break;
        case 'accept_answer':
          await peer.answer(effect.sdp).catch(() => happen(() => machine.peerFailed()));
          break;
        case 'restart_ice':
          await offer(peer.restart(effect.relays));
          break;
        case 'measure': {
          const statistics = await peer.connection.getStats();
          happen(() => machine.measured(read(statistics.values())));
          break;
        }
        case 'finish':
          end(effect.ending);
      }
    }

    const peer = new Peer(
      local,
      (state) => happen((now) => machine.mediaChanged(state, now)),
      relays,
    );
    const socket = new SignalingSocket({
      opened: () => happen(() => machine.socketOpened()),
      message: (message) => happen((now) => machine.receive(message, now)),
      closed: () => happen(() => machine.socketClosed()),
    });
    signal.addEventListener('abort', () => !over && end(null));
    void offer(peer.offer());
  });
}
