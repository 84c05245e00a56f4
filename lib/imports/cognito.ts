// Amazon Cognito: the CSV file of a user import job, with the header that GetCSVHeader gives. A value's own comma has a
// backslash before it, and nothing is quoted.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool-csv-header.html

import type { MappedImport } from "../core/imported-user.ts";
import type { ImportFormat } from "../core/ports.ts";
import type { AccountFields } from "../protocols/account-fields.ts";
import { csvRecords } from "../protocols/csv-records.ts";
import { firstFields } from "../protocols/import-heads.ts";
import { type ImportSettings, importUsers } from "../protocols/import-users.ts";
import { contact, flagOf, memberOf } from "../protocols/import-values.ts";
import { readText } from "../protocols/opened-text.ts";

const name = "cognito";

/** Reads the file of an import job. It has no password and does not say who is disabled. */
export function cognito(settings: ImportSettings = {}): ImportFormat {
  return {
    name,
    recognizes: (head) => firstFields(head).includes("cognito:username"),
    read(bytes) {
      const rows = readText(name, bytes, (file) => csvRecords(file, { escapesByBackslash: true }));
      return importUsers(rows, name, settings, mapRecord);
    },
  };
}

function mapRecord(record: AccountFields): MappedImport {
  const { email, email_verified: _email, phone_number, phone_number_verified: _phone, sub, ...others } = record;
  const own = Object.entries(others).filter(([column]) => !column.startsWith("cognito:"));
  return {
    id: sub ?? memberOf(record, "cognito:username"),
    username: memberOf(record, "cognito:username"),
    enabled: true,
    attributes: {
      ...Object.fromEntries(own),
      ...contact("email", email, flagOf(record, "email_verified", undefined)),
      ...contact("phone_number", phone_number, flagOf(record, "phone_number_verified", undefined)),
    },
  };
}
