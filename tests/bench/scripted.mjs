// A model that answers from a script, over real HTTP: POST /v1/chat/completions as OpenAI's, streamed or whole.
import http from "node:http";

// answer(request, number) gives, at once or later, a text, or {text, finish, usage, status, headers, delay}; `delay` in ms for all; `slots`: calls at a time,
// as llama-server says it; 0: it does not say.
export const scripted = async (answer, { delay = 0, slots = 0 } = {}) => {
  const seen = { calls: 0, inFlight: 0, peak: 0, requests: [] };
  const server = http.createServer((request, response) => {
    if (request.url.endsWith("/props") && slots === 0) { response.statusCode = 404; return response.end("{}"); }
    if (request.method === "GET") return response.end(request.url.endsWith("/props") ? JSON.stringify({ total_slots: slots }) : JSON.stringify({ object: "list", data: [{ id: "scripted", object: "model" }] }));
    let body = "";
    request.on("data", (piece) => { body += piece; });
    request.on("end", async () => {
      const parsed = JSON.parse(body), number = seen.calls++;
      seen.requests.push(parsed);
      seen.peak = Math.max(seen.peak, ++seen.inFlight);
      const made = await answer(parsed, number), reply = typeof made === "string" ? { text: made } : made;
      setTimeout(() => {
        --seen.inFlight;
        if (reply.status) { response.writeHead(reply.status, { "Content-Type": "application/json", ...reply.headers }); return response.end(JSON.stringify({ error: { message: "scripted to fail" } })); }
        const usage = reply.usage ?? { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, prompt_tokens_details: { cached_tokens: 40 } };
        const finish = reply.finish ?? "stop";
        if (!parsed.stream) {
          response.setHeader("Content-Type", "application/json");
          return response.end(JSON.stringify({ id: "x", object: "chat.completion", model: "scripted", choices: [{ index: 0, message: { role: "assistant", content: reply.text }, finish_reason: finish }], usage }));
        }
        response.setHeader("Content-Type", "text/event-stream");
        const say = (delta, end = null, more = {}) => response.write(`data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", model: "scripted", choices: [{ index: 0, delta, finish_reason: end }], ...more })}\n\n`);
        const half = Math.floor(reply.text.length / 2);
        say({ role: "assistant", content: reply.text.slice(0, half) });
        setTimeout(() => {  // not at once, or no speed could be told
          say({ content: reply.text.slice(half) });
          say({}, finish);
          response.write(`data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", model: "scripted", choices: [], usage })}\n\n`);
          response.end("data: [DONE]\n\n");
        }, 4);
      }, reply.delay ?? delay);
    });
  });
  server.on("connection", (socket) => socket.unref());
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  server.unref();  // a test that fails does not wait for ever
  return { seen, backend: `openai:http://127.0.0.1:${server.address().port}/v1`, close: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }) };
};
