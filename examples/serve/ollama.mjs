// npm install ollama; heddle serve &; node ollama.mjs
import {Ollama} from 'ollama';

const client = new Ollama({host: process.env.HEDDLE_URL ?? 'http://127.0.0.1:8417'});

for await (const part of await client.chat({model: 'auto', stream: true, options: {num_predict: 60}, messages: [{role: 'user', content: 'Name three fruits.'}]})) process.stdout.write(part.message.content);
console.log();
