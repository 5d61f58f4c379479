'use strict';
// What the stand-in says, cut into tokens, and its idea of how many tokens a text has.

const TOKEN = /\s*[^\s]{1,6}/g;
const FACTS = [
  'Lua is a small language that fits into almost any program, and coroutines, tables and '
    + 'closures take it a long way.',
  'Lua has one data structure, the table, and builds arrays, objects and modules from it.',
  'Lua means moon in Portuguese, and it has been shining on C programs since 1993.',
];

const tokens = (text) => text.match(TOKEN) || [];
const countTokens = (text) => tokens(text).length;

// The text of a message's content, given as a string or as a list of parts.
function textOf(content) {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const texts = content.map((part) => (typeof part === 'string' ? part : part.text || ''));
  return texts.join(' ').trim();
}

function shorten(text) {
  const letters = [...text.replace(/\s+/g, ' ').trim()];
  return letters.length > 80 ? `${letters.slice(0, 77).join('')}...` : letters.join('');
}

function answerTo(message) {
  const asked = shorten(message);
  const fact = FACTS[asked.length % FACTS.length];
  return asked ? `You said "${asked}", and I am glad you did. ${fact}` : `Hello! ${fact}`;
}

module.exports = { tokens, countTokens, textOf, answerTo };
