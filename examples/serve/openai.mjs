// npm install openai; heddle serve &; node openai.mjs
import OpenAI from 'openai';

const client = new OpenAI({baseURL: `${process.env.HEDDLE_URL ?? 'http://127.0.0.1:8417'}/v1`, apiKey: process.env.HEDDLE_KEY ?? 'none'});

const stream = await client.chat.completions.create({model: 'auto', stream: true, max_tokens: 60, messages: [{role: 'user', content: 'Name three fruits.'}]});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');

// An answer that is an order, whatever the model would rather say.
const schema = {type: 'object', additionalProperties: false, required: ['fruit', 'count'], properties: {fruit: {enum: ['apple', 'pear', 'plum']}, count: {type: 'integer', minimum: 1, maximum: 12}}};
const order = await client.chat.completions.create({model: 'auto', messages: [{role: 'user', content: 'Two pears, please.'}], response_format: {type: 'json_schema', json_schema: {name: 'order', strict: true, schema}}});
console.log('\n', JSON.parse(order.choices[0].message.content));
