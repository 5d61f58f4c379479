'use strict';
// Tokens in exchange for others (RFC 8693).

const { newId } = require('./identity');
const { requireFields } = require('./errors');

function exchange({ input }) {
  requireFields(input, 'grant_type', 'subject_token_type', 'identity_provider_id', 'service_account_id');
  return { json: { access_token: newId('token_'), token_type: 'Bearer', expires_in: 3600 } };
}

module.exports = { 'POST /oauth/token': exchange };
