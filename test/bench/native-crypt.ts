import { execFileSync } from "node:child_process";

// Perl's crypt is the C library's own (libxcrypt on Debian): the native implementation that a machine has anyway.
const script = `
use Time::HiRes qw(clock_gettime CLOCK_PROCESS_CPUTIME_ID);
my ($setting, $times) = @ARGV;
my $first = crypt("correct horse battery", $setting);
die "unsupported" if !defined $first || length($first) < 13 || $first =~ /^\\*/;
my $best = 1e9;
for (1 .. $times) {
  my $from = clock_gettime(CLOCK_PROCESS_CPUTIME_ID);
  crypt("correct horse battery", $setting);
  my $took = clock_gettime(CLOCK_PROCESS_CPUTIME_ID) - $from;
  $best = $took if $took < $best;
}
printf "%s %.6f", $first, $best * 1000;
`;

export interface NativeCrypt {
  readonly hash: string;
  /** The least CPU time of one check, milliseconds. */
  readonly ms: number;
}

/** The C library's crypt(3) of a known password, and what it takes; undefined where it lacks the format or there is no perl. */
export function nativeCrypt(setting: string, times: number): NativeCrypt | undefined {
  try {
    const out = execFileSync("perl", ["-e", script, setting, String(times)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [hash, ms] = out.split(" ");
    return hash === undefined || ms === undefined ? undefined : { hash, ms: Number(ms) };
  } catch {
    // No perl, or a crypt(3) that does not know the format: there is nothing to measure against.
    return undefined;
  }
}
