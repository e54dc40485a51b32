/** What the measuring programs write into the documents, between markers. */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');

/** Puts `text` between the markers of `name` in each of the documents, addressed from the root. */
export async function publish(name: string, text: string, documents: string[]): Promise<void> {
  const [begin, end] = [`<!-- ${name} begins -->`, `<!-- ${name} ends -->`];
  for (const document of documents) {
    const report = path.join(root, document);
    const page = await readFile(report, 'utf8');
    const [before, rest] = page.split(begin);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error(`${report} has no markers`);
    await writeFile(report, `${before}${begin}\n${text}\n${end}${after}`);
  }
}

/** The machine, and how busy it is. */
export function machine(): string {
  const [minute = 0] = loadavg();
  const cores = cpus();
  const model = cores[0]?.model.trim() ?? 'unknown';
  return `${cores.length} cores (${model}), load average ${minute.toFixed(1)}`;
}

/** The value below which `share` of the values lie, or which is one of them. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

export const milliseconds = (value: number): string => `${Math.round(value)} ms`;
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
