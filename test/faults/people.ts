// Of examples/demo/legacy.sql; passwords as scripts/demo-users.ts has them.
export const ada = { id: "1001", name: "ada", email: "ada@example.org", password: "correct horse battery" };
export const grace = { id: "1002", name: "grace", password: "nanoseconds matter" };

// What no line of output may hold.
export const canaries = [
  ada.email,
  "@example.org",
  ada.password,
  grace.password,
  "canary-",
  "$2a$10$B1YBCUPz4WDFibGFWyF1Vuqc4ovTZUancCmEdzfSUQrNzOpu.QkG6",
  "B1YBCUPz4WDFibGFWyF1Vuqc4ovTZUancCmEdzfSUQrNzOpu",
];

/** People whose rows an old system may well have, and no sign-in can take. */
export const oddRows = `
  alter table users alter column password_hash drop not null;
  alter table users drop constraint users_email_key;
  insert into users values
    (9001, 'damaged', 'damaged@example.org', true, 'Damaged', '$2a$10$canary-short', false),
    (9002, 'hashless', 'hashless@example.org', true, 'Hashless', null, false),
    (9003, 'castor', 'twins@example.org', true, 'Castor',
      '$2a$10$B1YBCUPz4WDFibGFWyF1Vuqc4ovTZUancCmEdzfSUQrNzOpu.QkG6', false),
    (9004, 'pollux', 'twins@example.org', true, 'Pollux',
      '$2a$10$B1YBCUPz4WDFibGFWyF1Vuqc4ovTZUancCmEdzfSUQrNzOpu.QkG6', false),
    (9005, 'costly', 'costly@example.org', true, 'Costly',
      '$2a$31$B1YBCUPz4WDFibGFWyF1Vuqc4ovTZUancCmEdzfSUQrNzOpu.QkG6', false),
    (9006, 'foreign', 'foreign@example.org', true, 'Foreign', '{canary-scheme}0123456789', false);
`;

/** Sign-ins that are refused: what is odd, the name, the password, what the log says. */
export const refusals: readonly (readonly [string, string, string, object])[] = [
  ["an unknown user", "nobody", ada.password, { reason: "unknown-user" }],
  ["a wrong password", ada.name, "canary-wrong", { reason: "wrong-password" }],
  ["a disabled user", "katherine", "orbit by hand 1962", { reason: "disabled" }],
  ["an empty password", ada.name, "", { reason: "wrong-password" }],
  ["a password of 256 characters", ada.name, "canary-".padEnd(256, "x"), { reason: "wrong-password" }],
  // More than this does not fit into an answer of Lambda, and the answer has the event in it.
  ["a password of 5 MB", ada.name, "canary-".padEnd(5_000_000, "x"), { reason: "wrong-password" }],
  ["the right password and a NUL", ada.name, `${ada.password}\0`, { reason: "wrong-password" }],
  ["a password of NULs", ada.name, "\0\0", { reason: "wrong-password" }],
  ["a lone surrogate in the password", ada.name, "\ud800", { reason: "wrong-password" }],
  ["a lone surrogate in the name", "\udfffada", ada.password, { reason: "unknown-user" }],
  ["a NUL in the name", "ada\0", ada.password, { reason: "unknown-user" }],
  ["a line end in the name", "ada\ncanary-line", ada.password, { reason: "unknown-user" }],
  ["an empty name", "", ada.password, { reason: "unknown-user" }],
  ["a name of 4,000 characters", "canary-".padEnd(4000, "x"), ada.password, { reason: "unknown-user" }],
  ["SQL for a name", "' or '1'='1", ada.password, { reason: "unknown-user" }],
  ["SQL after a name", "ada'; drop table users; --", ada.password, { reason: "unknown-user" }],
  ["SQL for an e-mail address", "canary-'@' or 1=1", ada.password, { reason: "unknown-user" }],
  ["SQL for a password", ada.name, "' or '1'='1", { reason: "wrong-password" }],
  ["the stored hash for a password", ada.name, canaries.at(-2) ?? "", { reason: "wrong-password" }],
  ["a damaged hash", "damaged", "canary-short", { reason: "unusable-record", code: "HASH_DAMAGED" }],
  ["a NULL hash", "hashless", "canary-any", { reason: "unusable-record", code: "HASH_UNKNOWN" }],
  ["a hash of no listed format", "foreign", "canary-any", { reason: "unusable-record", code: "HASH_UNKNOWN" }],
  ["a hash that would take days", "costly", "canary-any", { reason: "unusable-record", code: "HASH_TOO_COSTLY" }],
  [
    "two rows for one address",
    "twins@example.org",
    ada.password,
    { reason: "unusable-record", code: "RECORD_AMBIGUOUS" },
  ],
];
