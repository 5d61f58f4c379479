'use strict';
// What the stand-in says that it thought, where a summary is asked for.

const { newId } = require('./identity');
const prose = require('./prose');

const THOUGHT = 'The question is short, so the answer may be, too.';
const TOKENS = { minimal: 0, low: 16, medium: 64, high: 256 };

const textOf = (item) => item.summary.map((part) => part.text).join('');

// The items before the answer, and the tokens that they took.
function itemsOf({ reasoning }) {
  if (!reasoning || !reasoning.summary) return [];
  return [{ id: newId('rs_'), type: 'reasoning', summary: [{ type: 'summary_text', text: THOUGHT }] }];
}

const tokensOf = ({ reasoning }) => TOKENS[(reasoning || {}).effort] || 0;

function eventsOf(item, index) {
  const place = { item_id: item.id, output_index: index, summary_index: 0 };
  const text = textOf(item);
  return [
    ['response.reasoning_summary_part.added', { ...place, part: { type: 'summary_text', text: '' } }],
    ...prose.tokens(text).map((delta) => ['response.reasoning_summary_text.delta', { ...place, delta }]),
    ['response.reasoning_summary_text.done', { ...place, text }],
    ['response.reasoning_summary_part.done', { ...place, part: item.summary[0] }],
  ];
}

module.exports = { itemsOf, tokensOf, eventsOf };
