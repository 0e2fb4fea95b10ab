import {generateKeyPairSync, type KeyObject} from 'node:crypto';

export type KeyPair = {readonly publicKey: KeyObject; readonly privateKey: KeyObject};

/** A fresh P-256 pair: what every TLS client takes, and a signature costs a tenth of a millisecond. */
export const makeKeys = (): KeyPair => generateKeyPairSync('ec', {namedCurve: 'P-256'});

/** PKCS #8 as PEM (RFC 5958), unencrypted: keep it in memory, or in a file of mode 0600. */
export const pemOfKey = (key: KeyObject): string =>
	key.export({type: 'pkcs8', format: 'pem'}).toString();
