'use strict';
// Moderations: a text is flagged for violence when it says so, and never otherwise.

const { newId } = require('./identity');
const { requireFields } = require('./errors');
const prose = require('./prose');

const MODEL = 'omni-moderation-latest';
const FLAGGED = /\b(kill|murder|attack)\b/i;
const CATEGORIES = [
  'harassment', 'harassment/threatening', 'hate', 'hate/threatening', 'illicit',
  'illicit/violent', 'self-harm', 'self-harm/instructions', 'self-harm/intent', 'sexual',
  'sexual/minors', 'violence', 'violence/graphic',
];

const each = (value) => Object.fromEntries(CATEGORIES.map((name) => [name, value(name)]));

function resultFor(input) {
  const flagged = FLAGGED.test(prose.textOf(Array.isArray(input) ? input : [input]));
  const hit = (name) => flagged && name === 'violence';
  return {
    flagged,
    categories: each(hit),
    category_scores: each((name) => (hit(name) ? 0.92 : 0.0001)),
    category_applied_input_types: each(() => ['text']),
  };
}

// A list of texts has a result each; a list of parts is one input.
function inputsOf(input) {
  if (!Array.isArray(input)) return [input];
  return typeof input[0] === 'string' ? input : [input];
}

function create({ input }) {
  requireFields(input, 'input');
  const results = inputsOf(input.input).map(resultFor);
  return { json: { id: newId('modr-'), model: input.model || MODEL, results } };
}

module.exports = { 'POST /moderations': create };
