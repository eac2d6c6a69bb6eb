import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Certificate {
  cert: string;
  key: string;
}

/** Makes certificates in a folder, with an authority that only this test knows. */
export class Authority {
  readonly file: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.file = join(folder, "authority.pem");
    this.#selfSigned("authority", "authority.test");
  }

  /** A certificate for a host that the authority vouches for. */
  issue(host: string): Certificate {
    const at = (kind: string) => join(this.#folder, `${host}.${kind}`);
    writeFileSync(at("ext"), `subjectAltName=DNS:${host}\n`);
    openssl("req", "-new", ...NEW_KEY, "-keyout", at("key"), "-out", at("csr"), "-subj", `/CN=${host}`);
    const by = ["-CA", this.file, "-CAkey", join(this.#folder, "authority.key"), "-CAcreateserial"];
    openssl("x509", "-req", "-in", at("csr"), ...by, "-days", "2", "-extfile", at("ext"), "-out", at("pem"));
    return read(at("pem"), at("key"));
  }

  /** A certificate for a host that nobody vouches for. */
  selfSigned(host: string): Certificate {
    return this.#selfSigned(`self-${host}`, host);
  }

  #selfSigned(name: string, host: string): Certificate {
    const [cert, key] = [join(this.#folder, `${name}.pem`), join(this.#folder, `${name}.key`)];
    openssl("req", "-x509", ...NEW_KEY, "-keyout", key, "-out", cert, "-days", "2", "-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`);
    return read(cert, key);
  }
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

function openssl(...args: string[]): void {
  execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
}

function read(cert: string, key: string): Certificate {
  return { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
}
