/**
The four functions of the metadata proposal that @peculiar/x509's container asks for while it
loads. Import this file before that package.
*/
type Metadata = Map<unknown, unknown>;

const store = new WeakMap<object, Metadata>();

const getOwnMetadata = (key: unknown, target: object): unknown => store.get(target)?.get(key);

const getMetadata = (key: unknown, target: object): unknown => {
	for (
		let object: object | null = target;
		object !== null;
		object = Object.getPrototypeOf(object)
	) {
		const value = getOwnMetadata(key, object);
		if (value !== undefined) {
			return value;
		}
	}

	return undefined;
};

const defineMetadata = (key: unknown, value: unknown, target: object): void => {
	const own: Metadata = store.get(target) ?? new Map();
	own.set(key, value);
	store.set(target, own);
};

const metadata =
	(key: unknown, value: unknown) =>
	(target: object): void =>
		defineMetadata(key, value, target);

if (!('getMetadata' in Reflect)) {
	Object.assign(Reflect, {getOwnMetadata, getMetadata, defineMetadata, metadata});
}
