import { beforeEach, expect, test, vi } from 'vitest';

const FACILITY = { name: '示範看守所', telephone: '02-5550-0100' };
const answer = vi.fn<() => Promise<Response>>();
let facilityOf: (typeof import('./facility'))['facilityOf'];

beforeEach(async () => {
  vi.resetModules();
  vi.stubGlobal('fetch', answer.mockReset());
  ({ facilityOf } = await import('./facility'));
});

test('it is asked for once, and at hand from then on', async () => {
  answer.mockImplementation(() => Promise.resolve(Response.json(FACILITY)));
  expect(await facilityOf('token')).toEqual(FACILITY);
  answer.mockRejectedValue(new TypeError());
  expect(await facilityOf('token')).toEqual(FACILITY);
  expect(answer).toHaveBeenCalledTimes(1);
  expect(answer).toHaveBeenCalledWith(
    '/api/links/facility',
    expect.objectContaining({ body: '{"token":"token"}' }),
  );
});

test('without an answer it is asked for again when it is next of use', async () => {
  answer.mockRejectedValueOnce(new TypeError());
  expect(await facilityOf('token')).toBeNull();
  answer.mockResolvedValueOnce(new Response(null, { status: 503 }));
  expect(await facilityOf('token')).toBeNull();
  answer.mockResolvedValueOnce(Response.json(FACILITY));
  expect(await facilityOf('token')).toEqual(FACILITY);
});

test('of what is no link nothing is known, and it is not asked again', async () => {
  answer.mockResolvedValue(new Response(null, { status: 404 }));
  expect(await facilityOf('token')).toBeNull();
  expect(await facilityOf('token')).toBeNull();
  expect(answer).toHaveBeenCalledTimes(1);
});
