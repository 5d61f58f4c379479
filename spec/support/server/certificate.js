'use strict';
// Makes a certificate authority, a server and a client certificate, all short-lived.
// Everything goes into the given private folder, whose owner removes it at exit;
// no key may be written anywhere else.

const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const DAYS = '3';
const EXTENSIONS = `
[req]
distinguished_name = name
prompt = no
[name]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost,IP:127.0.0.1,IP:::1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[client]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`;

function openssl(folder, args) {
  return execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
}

function issue(folder, kind, subject, signer) {
  openssl(folder, [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
    '-sha256', '-days', DAYS, '-config', 'extensions.cnf', '-extensions', kind,
    '-subj', subject, '-keyout', `${kind}.key`, '-out', `${kind}.pem`, ...signer,
  ]);
}

function hashedFolder(folder) {
  const hash = openssl(folder, ['x509', '-hash', '-noout', '-in', 'ca.pem']).toString().trim();
  const target = path.join(folder, 'ca');
  fs.mkdirSync(target);
  fs.copyFileSync(path.join(folder, 'ca.pem'), path.join(target, `${hash}.0`));
  return target;
}

function make(folder) {
  const file = (name) => path.join(folder, name);
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key'];
  fs.writeFileSync(file('extensions.cnf'), EXTENSIONS);
  issue(folder, 'ca', '/CN=oai spec authority', []);
  issue(folder, 'server', '/CN=localhost', signer);
  issue(folder, 'client', '/CN=oai spec client', signer);
  return {
    secrets: {
      key: fs.readFileSync(file('server.key')),
      cert: fs.readFileSync(file('server.pem')),
      ca: fs.readFileSync(file('ca.pem')),
    },
    facts: {
      ca_file: file('ca.pem'),
      ca_path: hashedFolder(folder),
      client_cert: file('client.pem'),
      client_key: file('client.key'),
    },
  };
}

module.exports = { make };
