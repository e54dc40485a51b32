import type { Verdict } from '../../phone-test/verdict';

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
  };
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
    terminalAway: string;
    inmate: string;
    ends: (time: string) => string;
    minutesLeft: (minutes: number) => string;
    /** Before links work: from when on they do. */
    opens: (time: string) => string;
    toDay: string;
    reissue: string;
    reissued: (tail: string) => string;
    end: string;
    endTitle: string;
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
