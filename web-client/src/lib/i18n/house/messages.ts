import type { Verdict } from '../../phone-test/verdict';
import type { Finding } from '../../self-test/findings';
import type { Standing, Step } from '../../self-test/run';

/** What the pages inside the facility and the demonstration's outbox say. */
export interface HouseMessages {
  terminal: {
    connecting: string;
    today: string;
    nothing: string;
    soon: (name: string) => string;
    soonNext: string;
    sit: string;
    waitForVisitor: string;
    over: string;
    overNext: string;
    elsewhere: string;
    elsewhereNext: string;
    takeOver: string;
    outOfOrder: string;
    away: string;
    noMedia: string;
    /** What the inmate does when nothing goes on here. */
    tellStaff: string;
    forStaff: string;
    awayWhy: string;
    noMediaWhy: string;
    noSecret: string;
    unanswered: string;
    noCamera: string;
    noDevices: string;
    selfTest: {
      title: string;
      text: string;
      steps: Record<Step, string>;
      standing: Record<Standing, string>;
      well: (at: string) => string;
      /** Somebody asks for a test, and a visit is near. */
      later: string;
      /** The newest test failed. */
      faulty: string;
      /** When it was, and when the next one is. */
      again: (at: string) => string;
    };
  };
  /** What a terminal found when it tested itself, and what to do about it. */
  finding: Record<Finding, string>;
  staff: {
    title: string;
    officer: (name: string) => string;
    empty: string;
    emptyNext: string;
    signIn: string;
    signInNext: string;
    failed: string;
    state: Record<string, string>;
    link: Record<string, string>;
    /** What came of trying the phone, and when. */
    phoneTest: Record<Verdict, (when: string) => string>;
    connected: string;
    notConnected: string;
    /** The heads of the wall, with how many visits there are. */
    part: Record<'now' | 'soon' | 'later' | 'over', (count: number) => string>;
    /** What to look at, on the visit itself. */
    need: Record<'decision' | 'terminal' | 'test' | 'inmate' | 'visitors', string>;
    /** A terminal's newest test of itself, and what it found. */
    selfTest: { well: (at: string) => string; found: (at: string, what: string) => string };
    /** When a terminal that is not connected was. */
    lastSeen: (moment: string) => string;
    /** Above all visits: at which terminals there is something to look at. */
    needy: (terminals: string) => string;
    inmate: string;
    minutesLeft: (minutes: number) => string;
    beginsIn: (minutes: number) => string;
    /** Before links work: from when on they do. */
    opens: (time: string) => string;
    toDay: string;
    reissue: string;
    /** Above the people who can get one. */
    reissueTo: string;
    reissueText: string;
    /** To whom it happens, who is in the call. */
    reissueLeaves: (name: string) => string;
    phoneTail: (tail: string) => string;
    reissued: (tail: string) => string;
    end: string;
    endTitle: string;
    /** Whom it touches. */
    endFor: (names: string) => string;
    endWhy: string;
    endedBy: string;
    /** In place of a side, as long as none is chosen. */
    endedByChoose: string;
    endedByHint: string;
    reason: string;
    reasonHint: string;
    endConfirm: string;
    cancel: string;
    ended: string;
    updated: (time: string) => string;
  };
  outbox: { title: string; why: string; empty: string; to: string };
}
