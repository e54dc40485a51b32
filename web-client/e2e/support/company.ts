/** Made-up people who move and speak, for a picture that looks like a call. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { program, type Service } from './service';

/** Seats the inmate and the second and third visitor. They leave when the process is ended. */
export function seatCompany(service: Service): ChildProcess {
  const { base_url, terminal_url } = service.doors;
  const seats = ['--terminal', terminal_url, '--link', service.link(2), '--link', service.link(3)];
  return spawn(
    path.join(path.dirname(program()), 'loadtest'),
    ['bots', '--base-url', base_url, ...seats],
    { stdio: 'ignore' },
  );
}
