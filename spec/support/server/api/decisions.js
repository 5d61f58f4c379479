'use strict';
// Decisions: of each question the first choice.

const { newId, now } = require('./identity');
const { requireFields } = require('./errors');

function answerTo({ type, name, choices = [] }) {
  const { value } = choices[0] || { value: 'yes' };
  return { type, name, choice: value, confidence: 0.9, probabilities: [{ value, probability: 0.9 }] };
}

function create({ input }) {
  requireFields(input, 'model', 'input', 'questions');
  return {
    json: {
      id: newId('dec_'), object: 'decision', created_at: now(), model: input.model,
      answers: input.questions.map(answerTo),
      usage: { input_tokens: 3, output_tokens: 1, total_tokens: 4 },
    },
  };
}

module.exports = { 'POST /decisions': create };
