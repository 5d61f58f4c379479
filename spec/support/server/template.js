'use strict';
// Template values in a scenario's replies: {{n}}, {{header:name}}, {{base}}, {{base:listener}}.
// Anything else in double braces is left as it is.

const VALUE = /\{\{(n|base|header)(?::([\w-]+))?\}\}/g;

const isTemplate = (text) => text.includes('{{');

function valueOf(whole, kind, name, context) {
  if (kind === 'n') return String(context.n);
  if (kind === 'base') return context.base(name || 'http');
  return name ? String(context.headers[name.toLowerCase()] || '') : whole;
}

function expandText(text, context) {
  if (!isTemplate(text)) return text;
  return text.replace(VALUE, (whole, kind, name) => valueOf(whole, kind, name, context));
}

// A copy of any JSON value with its strings expanded.
function expand(value, context) {
  if (typeof value === 'string') return expandText(value, context);
  if (Array.isArray(value)) return value.map((item) => expand(item, context));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, item]) => [key, expand(item, context)]);
  return Object.fromEntries(entries);
}

module.exports = { isTemplate, expand };
