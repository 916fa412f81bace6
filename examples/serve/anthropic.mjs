// npm install @anthropic-ai/sdk; heddle serve &; node anthropic.mjs
import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({baseURL: process.env.HEDDLE_URL ?? 'http://127.0.0.1:8417', apiKey: process.env.HEDDLE_KEY ?? 'none'});

const weather = {name: 'weather', description: 'the weather in a town', input_schema: {type: 'object', required: ['town'], additionalProperties: false, properties: {town: {type: 'string', maxLength: 20}}}};
const reply = await client.messages.create({model: 'auto', max_tokens: 300, tools: [weather], tool_choice: {type: 'any'}, messages: [{role: 'user', content: 'Is it raining in Oslo?'}]});
console.log(reply.content.find((block) => block.type === 'tool_use').input);
