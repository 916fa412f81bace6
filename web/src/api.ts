// What the server tells, and how it is asked.

export interface Sample {
  at_s: number; requests: number; tokens: number; p50_ms: number; p95_ms: number; p99_ms: number; first_p50_ms: number; first_p95_ms: number;
  hit_rate: number; active: number; queued: number; connections: number; memory_mb: number; cpu: number;
}
export interface Node { name: string; served: string; backend: string; remote: boolean; broken: boolean; active: number; done: number; failures: number; first_ms: number }
export interface Tier { name: string; hit: number; miss: number; failed: number; bytes: number; entries: number; trouble: string }
export interface Span { name: string; start_us: number; duration_us: number }
export interface Call {
  id: string; dialect: string; client: string; wanted: string; node: string; outcome: string; status: number; stream: boolean; began_s: number;
  total_us: number; first_us: number; prompt_tokens: number; cached_tokens: number; completion_tokens: number; spans: Span[];
}
export interface Live { version: string; started_s: number; draining: boolean; samples: Sample[]; nodes: Node[]; tiers: Tier[]; calls: Call[] }

export class KeyNeeded extends Error {}

// Everything since `since` (seconds), in one question.
export async function live(since: number): Promise<Live> {
  const key = sessionStorage.getItem('key');
  const reply = await fetch(`/heddle/live?since=${since}`, {headers: key ? {authorization: `Bearer ${key}`} : {}});
  if (reply.status === 401) throw new KeyNeeded();
  if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
  return await reply.json() as Live;
}
