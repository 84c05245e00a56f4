/** One wrong or missing setting: where it stands, what was found, what is allowed and what it is for. */
export interface SettingFault {
  /** Relative to the member that reports it: `find.byEmail`. */
  readonly path: string;
  readonly message: string;
}

const faultsByMember = new WeakMap<object, readonly SettingFault[]>();

/**
 * Notes what is wrong with the settings that a source or format was made with. A factory does not throw, so that
 * `defineMigration` can report the faults of all members at once.
 */
export function withSettingFaults<Member extends object>(member: Member, faults: readonly SettingFault[]): Member {
  if (faults.length > 0) faultsByMember.set(member, faults);
  return member;
}

export function settingFaultsOf(member: object): readonly SettingFault[] {
  return faultsByMember.get(member) ?? [];
}
