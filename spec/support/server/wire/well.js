'use strict';
// How a good server answers a request: a type and a body, chosen by the request alone. `half` is
// what may be sent before a fault: of a stream one event and the beginning of the next.

const CHUNK = '{"id":"x","object":"chat.completion.chunk","created":1,"model":"m"';
const EVENT = `data: ${CHUNK},"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n`;
const LAST = `data: ${CHUNK},"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n`;
const STREAM = { type: 'text/event-stream', body: `${EVENT}${EVENT}${LAST}data: [DONE]\n\n`, half: EVENT.length + 30 };

const json = (value) => {
  const body = JSON.stringify(value);
  return { type: 'application/json', body, half: Math.floor(body.length / 2) };
};
const file = (id) => ({
  id, object: 'file', bytes: 1, created_at: 1, filename: 'a.jsonl', purpose: 'batch',
});
const CHAT = json({
  id: 'x', object: 'chat.completion', created: 1, model: 'm',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }],
});
const CONTENT = { type: 'application/octet-stream', body: '0123456789abcdef'.repeat(1000), half: 5000 };
const LIST = json({ object: 'list', data: [file('file-1'), file('file-2')], has_more: false });
const FILE = json(file('file-1'));
const CALL = /\/calls\/([\w-]+)/;

function answer({ method, path, body }) {
  const call = CALL.exec(path);
  if (call) return json({ id: call[1], object: 'call' });
  if (body.includes('"stream":true')) return STREAM;
  if (path.endsWith('/content')) return CONTENT;
  if (!/\/files($|\?)/.test(path)) return CHAT;
  return method === 'POST' ? FILE : LIST;
}

module.exports = { answer };
