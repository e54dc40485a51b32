/** The test of this suite: services and people as fixtures, ended with the test. */
import { writeFile } from 'node:fs/promises';
import {
  test as base,
  type Browser,
  type BrowserContextOptions,
  type Page,
} from '@playwright/test';
import { launch, type Engine } from './browsers';
import { ClosedNetwork } from './closed-network';
import { expectLiveMediaOf, mediaAddress, told, watch } from './media';
import { Network } from './network';
import { join, seatInmate } from './pages';
import { Relay } from './relay';
import { Service, type Plan } from './service';

export { expect } from '@playwright/test';

export interface PersonOptions extends BrowserContextOptions {
  engine?: Engine;
  /** Whether the person lets the page use camera and microphone. */
  grantMedia?: boolean;
  /** Whether the device has a camera. Chromium only. */
  hasCamera?: boolean;
  /** The person's media may go by a relay alone. Firefox only. */
  relayOnly?: boolean;
  /** The person's network lets nothing through but TCP to these ports of this machine. */
  only?: readonly number[];
}

/** What takes a browser of its own. */
type Device = 'grantMedia' | 'hasCamera' | 'relayOnly';

interface Call {
  service: Service;
  inmate: Page;
  mother: Page;
}

interface TestFixtures {
  /** Starts a service of this test's own. */
  open: (plan?: Plan) => Promise<Service>;
  /** Starts a service of this test's own, with a relay beside it. */
  openWithRelay: () => Promise<{ service: Service; relay: Relay }>;
  /** Starts a network to where the service hears somebody who is in the call. */
  network: (inTheCall: Page) => Promise<Network>;
  /** A device of its own: a browser context that shares nothing, with one page. */
  person: (options?: PersonOptions) => Promise<Page>;
  /** An inmate and their mother, on seat 1, who see and hear each other. */
  inCall: (how?: { plan?: Plan }) => Promise<Call>;
}

interface WorkerFixtures {
  browsers: (engine: Engine, how?: Pick<PersonOptions, Device>) => Promise<Browser>;
}

/** Messages of the browser that no page of ours may cause. */
const NEVER = /content security policy|violates the following directive|unhandled/i;

/** What Firefox reports as if a page had failed. */
const OF_THE_NETWORK = /^(WebRTC: )?ICE failed, add a /;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  browsers: [
    async ({}, use) => {
      const running = new Map<string, Promise<Browser>>();
      await use((engine, how = {}) => {
        const key = `${engine} ${JSON.stringify(how)}`;
        const browser = running.get(key) ?? launch(engine, how);
        running.set(key, browser);
        return browser;
      });
      for (const browser of running.values()) await (await browser).close();
    },
    { scope: 'worker' },
  ],

  open: async ({}, use) => {
    const services: Service[] = [];
    await use(async (plan) => {
      const service = await Service.start(plan);
      services.push(service);
      return service;
    });
    for (const service of services) await service.stop();
  },

  openWithRelay: async ({ open }, use, testInfo) => {
    const relays: Relay[] = [];
    await use(async () => {
      const port = await Relay.freePort();
      const service = await open({ relay: Relay.url(port) });
      const relay = await Relay.start(port, service);
      relays.push(relay);
      return { service, relay };
    });
    const failed = testInfo.status !== testInfo.expectedStatus;
    for (const relay of relays) {
      if (failed) await writeFile(testInfo.outputPath(`relay-${relay.port}.log`), relay.said);
      await relay.stop();
    }
  },

  network: async ({}, use) => {
    const networks: Network[] = [];
    await use(async (inTheCall) => {
      const network = await Network.to(await mediaAddress(inTheCall));
      networks.push(network);
      return network;
    });
    for (const network of networks) await network.stop();
  },

  person: async ({ browsers }, use, testInfo) => {
    const pages: Page[] = [];
    const faults: string[] = [];
    const closed: ClosedNetwork[] = [];
    await use(async ({ engine = 'chromium', ...others } = {}) => {
      const { grantMedia = true, hasCamera = true, relayOnly = false, only, ...context } = others;
      const network = only && (await ClosedNetwork.around(engine, only));
      if (network) closed.push(network);
      const browser = network
        ? network.browser
        : await browsers(engine, { grantMedia, hasCamera, relayOnly });
      const device = await browser.newContext({ locale: 'zh-TW', ...context });
      const page = await device.newPage();
      page.on('pageerror', (error) => {
        if (OF_THE_NETWORK.test(error.message)) return;
        faults.push(`${page.url()}: ${error.stack ?? error.message}`);
      });
      page.on('console', (message) => {
        if (NEVER.test(message.text())) faults.push(`${page.url()}: ${message.text()}`);
      });
      await watch(page);
      pages.push(page);
      return page;
    });
    // What comes later is of the browser's own making: pictures of a failure bring a style along.
    const seen = [...faults];
    const failed = testInfo.status !== testInfo.expectedStatus;
    for (const [number, page] of pages.entries()) {
      if (!failed || page.isClosed()) continue;
      const name = testInfo.outputPath(`page-${number + 1}`);
      await page.screenshot({ path: `${name}.png` }).catch(() => undefined);
      const connections = await told(page).catch(String);
      await writeFile(`${name}.json`, JSON.stringify(connections, null, 2));
    }
    for (const page of pages) await page.context().close();
    for (const network of closed) await network.stop();
    if (seen.length > 0) throw new Error(`a page did what it must not:\n${seen.join('\n')}`);
  },

  inCall: async ({ open, person }, use) => {
    await use(async ({ plan } = {}) => {
      const [inmate, mother] = [await person(), await person()];
      const service = await open(plan);
      await seatInmate(inmate, service);
      await join(mother, service.link(1));
      await expectLiveMediaOf(1, inmate, mother);
      return { service, inmate, mother };
    });
  },
});
