// The page that heddle serve shows of itself: asks once a second, draws what changed.
import './style.css';
import {live, KeyNeeded, type Call, type Live, type Sample} from './api';
import {Chart} from './charts';

const at = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const element = (tag: string, text = '', kind = ''): HTMLElement => {
  const out = document.createElement(tag);
  out.textContent = text;  // never markup: names come from clients
  if (kind) out.className = kind;
  return out;
};
const number = (value: number, digits = 0): string => value.toLocaleString('en', {maximumFractionDigits: digits});
const ms = (value: number): string => value >= 10000 ? `${number(value / 1000, 1)} s` : `${number(value, value < 10 ? 1 : 0)} ms`;

const charts = [
  new Chart(at('latency'), [{label: 'p50', color: '--one', of: (s) => s.p50_ms}, {label: 'p95', color: '--two', of: (s) => s.p95_ms}, {label: 'p99', color: '--three', of: (s) => s.p99_ms}]),
  new Chart(at('throughput'), [{label: 'tokens/s', color: '--one', of: (s) => s.tokens}, {label: 'calls/s', color: '--two', of: (s) => s.requests}]),
  new Chart(at('queue'), [{label: 'under way', color: '--one', of: (s) => s.active}, {label: 'waiting', color: '--two', of: (s) => s.queued}]),
];
let samples: Sample[] = [];
let drawn = '';  // the calls that are shown, so that open ones stay open

function tiles(sample: Sample | undefined): void {
  const rows: [string, string][] = sample ? [
    [number(sample.requests, 1), 'calls a second'], [number(sample.tokens, 1), 'tokens a second'], [ms(sample.first_p50_ms), 'to the first token, p50'],
    [ms(sample.p50_ms), 'per call, p50'], [ms(sample.p95_ms), 'per call, p95'], [ms(sample.p99_ms), 'per call, p99'],
    [number(sample.active), 'under way'], [number(sample.queued), 'waiting'], [`${number(sample.hit_rate * 100)} %`, 'from the cache'],
    [number(sample.connections), 'connections'], [`${number(sample.memory_mb)} MB`, 'memory'], [number(sample.cpu, 2), 'processors in use'],
  ] : [];
  at('tiles').replaceChildren(...rows.map(([value, label]) => {
    const tile = element('div', '', 'tile');
    tile.append(element('b', value), element('span', label));
    return tile;
  }));
}

function table(id: string, rows: (string | HTMLElement)[][]): void {
  at(id).querySelector('tbody')!.replaceChildren(...rows.map((cells) => {
    const row = document.createElement('tr');
    for (const cell of cells) {
      const made = element('td');
      made.append(cell);
      row.append(made);
    }
    return row;
  }));
}

function waterfall(call: Call): HTMLElement {
  const out = element('div', '', 'fall');
  const whole = Math.max(call.total_us, 1);
  for (const span of call.spans) {
    const bar = element('i');
    bar.style.marginLeft = `${span.start_us / whole * 100}%`;
    bar.style.width = `${Math.max(span.duration_us / whole * 100, 0.3)}%`;
    out.append(element('span', span.name.replace('_', ' ')), bar, element('span', ms(span.duration_us / 1000), 'soft'));
  }
  const facts = [`client ${call.client}`, `node ${call.node || 'none'}`, `${call.prompt_tokens} tokens in (${call.cached_tokens} held)`, `${call.completion_tokens} out`, call.stream ? 'streamed' : 'whole', `id ${call.id}`];
  const line = element('span', facts.join(' · '), 'soft');
  line.style.gridColumn = '1 / -1';
  out.append(line);
  return out;
}

function calls(list: Call[]): void {
  const now = list.map((call) => call.id + call.status).join();
  if (now === drawn) return;
  drawn = now;
  const open = new Set([...document.querySelectorAll<HTMLDetailsElement>('#calls details[open]')].map((each) => each.dataset.id));
  at('calls').replaceChildren(...list.map((call) => {
    const details = document.createElement('details');
    details.dataset.id = call.id;
    details.open = open.has(call.id);
    const summary = document.createElement('summary');
    const clock = new Date(call.began_s * 1000).toLocaleTimeString('en-GB');
    summary.append(element('span', clock, 'soft'), element('span', call.dialect, 'wide'), element('span', call.wanted || '-'),
      element('span', call.outcome, `wide ${call.status < 400 ? 'good' : 'bad'}`), element('span', ms(call.total_us / 1000)));
    details.append(summary, waterfall(call));
    return details;
  }));
  if (list.length === 0) at('calls').append(element('p', 'No calls yet.', 'soft'));
}

function show(now: Live): void {
  samples = [...samples, ...now.samples].slice(-600);
  at('version').textContent = now.version;
  const broken = now.nodes.filter((node) => node.broken).length;
  const state = at('state');
  state.textContent = now.draining ? 'going down' : broken === now.nodes.length ? 'no node answers' : broken > 0 ? `${broken} of ${now.nodes.length} nodes broken` : 'well';
  state.className = now.draining || broken > 0 ? 'bad' : 'good';
  tiles(samples.at(-1));
  for (const chart of charts) chart.draw(samples);
  table('nodes', now.nodes.map((node) => [node.name, node.served, element('span', node.broken ? 'left alone' : node.remote ? 'well, remote' : 'well', node.broken ? 'bad' : 'good'),
    number(node.active), number(node.done), number(node.failures), node.done ? ms(node.first_ms) : '-']));
  table('caches', now.tiers.map((tier) => [tier.name, number(tier.hit), number(tier.miss), number(tier.failed),
    tier.entries ? `${number(tier.entries)} answers, ${number(tier.bytes / 1e6, 1)} MB` : '-', tier.trouble || 'none']));
  calls(now.calls);
}

async function tick(): Promise<void> {
  try {
    show(await live(samples.at(-1)?.at_s ?? 0));
    at('key').hidden = true;
  } catch (error) {
    const state = at('state');
    state.className = 'bad';
    state.textContent = error instanceof KeyNeeded ? 'a key is needed' : 'the server does not answer';
    at('key').hidden = !(error instanceof KeyNeeded);
  }
  setTimeout(tick, document.hidden ? 5000 : 1000);
}

function theme(dark: boolean): void {
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  at('theme').setAttribute('aria-pressed', `${dark}`);
  at('theme').textContent = dark ? 'light' : 'dark';
  for (const chart of charts) chart.recolor();
}
at('theme').addEventListener('click', () => {
  const dark = document.documentElement.dataset.theme !== 'dark';
  localStorage.setItem('theme', dark ? 'dark' : 'light');
  theme(dark);
});
at('key').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem('key', at<HTMLInputElement>('key-text').value);
});
theme((localStorage.getItem('theme') ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark');
void tick();
