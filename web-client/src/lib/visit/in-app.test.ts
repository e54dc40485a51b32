import { describe, expect, it } from 'vitest';
import { inApp, wayOut } from './in-app';

const LINE =
  'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36 Line/14.2.0';
const FACEBOOK = 'Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile [FB_IAB/FB4A;FBAV/480.0;]';
const WECHAT = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1';
const LINK = 'https://visit.example/j#B3Zk0x4AAf1mUe0bSxkqL2gwv9yQ3nTd';

describe('browsers inside other apps', () => {
  it('are told from the phone’s own', () => {
    expect([LINE, FACEBOOK, WECHAT, SAFARI].map(inApp)).toEqual([
      'line',
      'facebook',
      'wechat',
      null,
    ]);
  });

  it('LINE opens the same link outside, and only once', () => {
    const outside = wayOut('line', LINK, LINE);
    expect(outside).toBe(
      'https://visit.example/j?openExternalBrowser=1#B3Zk0x4AAf1mUe0bSxkqL2gwv9yQ3nTd',
    );
    expect(wayOut('line', outside ?? '', LINE)).toBeNull();
  });

  it('on Android, Chrome takes over the whole address; on an iPhone it is copied', () => {
    const outside = new URL(wayOut('facebook', LINK, FACEBOOK) ?? '');
    expect(outside.searchParams.get('url')).toBe(LINK);
    expect(wayOut('wechat', LINK, WECHAT)).toBeNull();
  });
});
