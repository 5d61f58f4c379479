'use strict';
// Completions of a plain prompt, plain and streamed.

const { newId, now } = require('./identity');
const { requireFields } = require('./errors');
const prose = require('./prose');

const TOKEN_DELAY = 0.03;

function usageOf(prompt, text) {
  const counts = [prose.countTokens(prompt), prose.countTokens(text)];
  return {
    prompt_tokens: counts[0], completion_tokens: counts[1], total_tokens: counts[0] + counts[1],
  };
}

function shell(input) {
  return {
    id: newId('cmpl-'), object: 'text_completion', created: now(), model: input.model,
    system_fingerprint: null,
  };
}

const choice = (text, reason) => ({ text, index: 0, logprobs: null, finish_reason: reason });

function stream(input, text, usage) {
  const base = shell(input);
  const chunk = (choices, more) => ({ data: { ...base, choices, ...more } });
  const chunks = prose.tokens(text).map((token) => chunk([choice(token, null)]));
  chunks.push(chunk([choice('', 'stop')]));
  if ((input.stream_options || {}).include_usage) chunks.push(chunk([], { usage }));
  return { sse: [...chunks, { data: '[DONE]' }], chunk_delay: TOKEN_DELAY };
}

function create({ input }) {
  requireFields(input, 'model', 'prompt');
  const prompt = prose.textOf(input.prompt);
  const text = prose.answerTo(prompt);
  const usage = usageOf(prompt, text);
  if (input.stream) return stream(input, text, usage);
  return { json: { ...shell(input), choices: [choice(text, 'stop')], usage } };
}

module.exports = { 'POST /completions': create };
