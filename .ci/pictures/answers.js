'use strict';
// Prints the scenario of the pictures for the stand-in: what Chat Completions
// and Responses answer, word by word, with so many seconds between two:
// answers SECONDS [village]

const delay = Number(process.argv[2]);

const PLEASURE = 'Lua fits in your head: eight types, one data structure, and functions that are values. '
  + 'It fits in everything else, too: an editor, a game, a router. You learn it in an afternoon and '
  + 'go on finding what it can do for years.';

const SLOW = `The function calls itself **twice** for every \`n\`, so the
number of calls grows as fast as the result: fibonacci(50)
takes minutes.

Keep the last two numbers instead:

\`\`\`lua
local function fibonacci(n)
  local a, b = 0, 1
  for _ = 1, n do a, b = b, a + b end
  return a
end
\`\`\``;

// One for each of the village, in the order in which it is asked.
const VILLAGE = [
  'I hold a wet finger up each morning. The mill does it with four sails, and never catches cold.',
  'A hinge for the gate, a shoe for the grey mare, and if the day is long, a weathercock.',
  'Rye, caraway and patience. The patience is the part you smell.',
  'Two perch and a boot. The boot fought harder.',
  'Thyme, tied to the door. It keeps no ghost out, but you will sleep.',
  'The moon owes me a coin: each month she pays it back, and each month she borrows it again.',
  'They say a dragon was seen. They said so last year, and it was a kite.',
  'Safe as far as the bridge. Beyond it, take a lantern and a friend.',
];

const pieces = (text) => text.match(/\s*\S+|\s+$/g);

const chunk = (delta, reason) => ({
  data: {
    id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: 'gpt-4o-mini',
    choices: [{ index: 0, delta, finish_reason: reason || null }],
  },
});

function chat(text) {
  const sse = pieces(text).map((content) => chunk({ content }));
  return { sse: [...sse, chunk({}, 'stop'), { data: '[DONE]' }], chunk_delay: delay };
}

function responses(text) {
  const message = (status, content) => ({ id: 'msg_1', type: 'message', role: 'assistant', status, content });
  const part = (said) => ({ type: 'output_text', text: said, annotations: [] });
  const response = (status, output) => ({
    id: 'resp_1', object: 'response', created_at: 0, model: 'gpt-4o-mini', status, output,
  });
  const place = { output_index: 0, content_index: 0, item_id: 'msg_1' };
  const whole = message('completed', [part(text)]);
  const events = [
    { type: 'response.created', response: response('in_progress', []) },
    { type: 'response.output_item.added', output_index: 0, item: message('in_progress', []) },
    { type: 'response.content_part.added', ...place, part: part('') },
    ...pieces(text).map((delta) => ({ type: 'response.output_text.delta', ...place, delta })),
    { type: 'response.output_text.done', ...place, text },
    { type: 'response.content_part.done', ...place, part: part(text) },
    { type: 'response.output_item.done', output_index: 0, item: whole },
    { type: 'response.completed', response: response('completed', [whole]) },
  ];
  const sse = events.map((event, i) => ({ event: event.type, data: { ...event, sequence_number: i } }));
  return { sse, chunk_delay: delay };
}

const said = process.argv[3] === 'village' ? VILLAGE : [SLOW];
const routes = { 'POST /chat/completions': said.map(chat), 'POST /responses': [responses(PLEASURE)] };
console.log(JSON.stringify({ routes, repeat_last: true }));
