// How known products hash passwords that they keep in a column of its own, the salt beside it: expressions in hashcat's
// notation, from the products' own source or, where it says so, from hashcat's and John the Ripper's lists.

export interface ProductRecipe {
  /** Any of them: the product changed over time, or takes what a browser sent. */
  readonly expressions: readonly string[];
  readonly round?: string;
  /** How often, where neither the row nor the settings say. */
  readonly iterations?: number;
  readonly beside?: string;
  readonly usedBy: string;
  readonly example: string;
}

const newline = "unhex('0a')";
const salt = "salt column";

export const productRecipes = {
  vbulletin: {
    expressions: ["md5(md5($pass).$salt)"],
    beside: salt,
    usedBy: "vBulletin 3 and 4, Discuz! (UCenter)",
    example: "16780ba78d2d5f02f3202901c1b6d975",
  },
  smf1: {
    // Its strtolower() followed the server's locale.
    expressions: ["sha1(strtolower($username).$pass)", "sha1(mb_strtolower($username).$pass)"],
    beside: "user name",
    usedBy: "SMF 1.1 and 2.0",
    example: "d27c0a627a45db487af161fcc3a4005d88eb8a1f",
  },
  "mybb-ipb": {
    expressions: ["md5(md5($salt).md5($pass))"],
    beside: salt,
    usedBy: "MyBB, Invision Power Board 2 and 3",
    example: "8d2129083ef35f4b365d5d87487e1207",
  },
  wbb3: {
    expressions: ["sha1($salt.sha1($salt.sha1($pass)))"],
    beside: salt,
    usedBy: "WoltLab Burning Board 3",
    example: "7f8d1951fe48ae3266980c2979c141f60e4415e5",
  },
  opencart: {
    // It escapes every posted field, the password too; and it takes the MD5 of its first versions.
    expressions: [
      "sha1($salt.sha1($salt.sha1($pass)))",
      "sha1($salt.sha1($salt.sha1(htmlspecialchars($pass))))",
      "md5($pass)",
      "md5(htmlspecialchars($pass))",
    ],
    beside: salt,
    usedBy: "OpenCart 1 to 3",
    example: "6e36dcfc6151272c797165fce21e68e7c7737e40",
  },
  xenforo1: {
    expressions: ["sha256(sha256($pass).$salt)", "sha1(sha1($pass).$salt)"],
    beside: salt,
    usedBy: "XenForo 1.0 and 1.1",
    example: "69962ae2079420573a3948cc4dedbabd35680051",
  },
  punbb: {
    expressions: ["sha1($salt.sha1($pass))"],
    beside: salt,
    usedBy: "PunBB 1.3",
    example: "9038129c474caa3f0de56f38db84033d0fe1d4b8",
  },
  redmine: {
    expressions: ["sha1($salt.sha1($pass))"],
    beside: salt,
    usedBy: "Redmine 1.2 and later",
    example: "1fb46a8f81d8838f46879aaa29168d08aa6bf22d",
  },
  "prestashop-md5": {
    expressions: ["md5($pepper.$pass)"],
    beside: "cookie key (_COOKIE_KEY_), as the pepper",
    usedBy: "PrestaShop before 1.7",
    example: "f22cade043e7214200206dbffca49fd9",
  },
  empirecms: {
    expressions: ["md5($salt2.'E!m^p-i(r#e.C:M?S'.md5(md5($pass).$salt1).'d)i.g^o-d'.$salt1)"],
    beside: "two salt columns, as params salt1 and salt2",
    usedBy: "EmpireCMS (administrators)",
    example: "5962d4ada95d6493379cd9c05ce7a376",
  },
  formspring: {
    expressions: ["sha256($salt.$pass)"],
    beside: salt,
    usedBy: "Formspring (John the Ripper's list)",
    example: "2a4fa0bf8c6a01dd625d3141746451ba51e07f99dc9143f1e25a37f65cb02eb4",
  },
  skype: {
    expressions: [`md5($username.${newline}.'skyper'.${newline}.$pass)`],
    beside: "user name",
    usedBy: "Skype accounts before Microsoft's (hashcat's list)",
    example: "3af0389f093b181ae26452015f4ae728",
  },
  "ez-publish-md5-user": {
    expressions: [`md5($username.${newline}.$pass)`],
    beside: "user name",
    usedBy: "eZ Publish 3 and 4 (md5_user)",
    example: "c78e3b0f3d9244ed8c6d1c29464bdff9",
  },
  "silverstripe-sha1": {
    expressions: ["sha1($pass.$salt)"],
    beside: salt,
    usedBy: "SilverStripe 2.4 (sha1_v2.4)",
    example: "ade72f3c98a4abd88bb1f198171161b11fe504f1",
  },
  "cakephp-sha1": {
    expressions: ["sha1($pepper.$pass)", "sha256($pepper.$pass)", "md5($pepper.$pass)"],
    beside: "Security.salt, as the pepper",
    usedBy: "CakePHP 1 and 2",
    example: "8d1aa406c4b0cc17913b247a4b7d81723b6cbeda",
  },
  "moodle-md5-sitesalt": {
    expressions: ["md5($pass.$pepper)"],
    beside: "passwordsaltmain, as the pepper; empty where the site had none",
    usedBy: "Moodle before 2.5",
    example: "3e6f10b7c1bce1750c5d16497968c09e",
  },
  "filezilla-server": {
    expressions: ["sha512($pass.$salt)"],
    beside: salt,
    usedBy: "FileZilla Server 0.9.55 and later",
    example:
      "bfa9fe5a404faff8b0d200385e26b783a163e475869336029d3ebaccaf02b5f16e4949279e8a33b942ab647f8f19a83dbe89a6d39dd6d8f84812de7d2e556767",
  },
  coldfusion10: {
    expressions: ["sha256($salt.strtoupper(sha1($pass)))"],
    beside: salt,
    usedBy: "ColdFusion 10 and later (administrators)",
    example: "aee9edab5653f509c4c63e559a5e967b4c112273bc6bd84525e630a3f9028dcb",
  },
  peoplesoft: {
    expressions: ["sha1(utf16le($pass))"],
    usedBy: "PeopleSoft PeopleTools",
    example: "uXmFVrdBvv293L9kDR3VnRmx4ZM=",
  },
  nopcommerce: {
    expressions: ["sha512($pass.$salt)", "sha1($pass.$salt)", "sha256($pass.$salt)", "md5($pass.$salt)"],
    beside: salt,
    usedBy: "nopCommerce (hashed password format)",
    example: "D0F2038E4A6AAEB81ABAB21D6BF26A9FEEEB5F51",
  },
  "restful-auth": {
    expressions: ["sha1($pepper.'--'.$salt.'--'.$pass.'--'.$pepper)"],
    round: "sha1(hex($last).'--'.$salt.'--'.$pass.'--'.$pepper)",
    iterations: 10,
    beside: "salt column; REST_AUTH_SITE_KEY, as the pepper; REST_AUTH_DIGEST_STRETCHES, as iterations",
    usedBy: "Rails: restful-authentication, Devise's RestfulAuthenticationSha1",
    example: "3999d08db95797891ec77f07223ca81bf43e1be2",
  },
  "devise-sha1": deviseRecipe("sha1", "f6ec0193016dc8cb02882d9ee36b94f93dcfb9b9"),
  "devise-sha512": deviseRecipe(
    "sha512",
    "acd50ad3726cf25373629ef8704db1d14cdc115e4abadaaa35f822e78dc7f1453c4146facc60469729d30af8104b04a27ad61191b960301bc3855dab5b7570e9",
  ),
  "devise-authlogic-sha512": {
    expressions: ["sha512($pass.$salt)"],
    round: "sha512(hex($last))",
    iterations: 20,
    beside: "salt column; stretches, as iterations",
    usedBy: "Rails: Authlogic, Devise's AuthlogicSha512",
    example:
      "ded40c590e272a941c1221a1376c4b731c8ca17ce11588d248bdb15057c5715663d3993286e3a7e425f97acc91f5cf43a60256fe6801c7e4e38b5595a3aa2900",
  },
  "devise-clearance-sha1": {
    expressions: ["sha1('--'.$salt.'--'.$pass.'--')"],
    beside: salt,
    usedBy: "Rails: Clearance before bcrypt, Devise's ClearanceSha1",
    example: "288a6c1848e5acd7a5891171628c1e08a14530e6",
  },
} as const satisfies Readonly<Record<string, ProductRecipe>>;

export type Product = keyof typeof productRecipes;

/** Devise encryptable: the digest before (at first the pepper) is the second of four parts. */
function deviseRecipe(digest: "sha1" | "sha512", example: string): ProductRecipe {
  return {
    expressions: [`${digest}('--'.$salt.'--'.$pepper.'--'.$pass.'--'.$pepper.'--')`],
    round: `${digest}('--'.$salt.'--'.hex($last).'--'.$pass.'--'.$pepper.'--')`,
    iterations: 10,
    beside: "salt column; pepper; stretches, as iterations",
    usedBy: "Rails: devise-encryptable, Devise before 2",
    example,
  };
}
