#!/usr/bin/env bash
# wapiti and sqlmap against a site of yours that runs: audit.sh http://127.0.0.1:8000/
# Their packages pin others than ours, so they live in a place of their own. What they say
# stands in var/audit. wapiti calls our public forms unguarded because they hold no token:
# `newsroom/lib/forms_guard.py` says what guards them.
set -euo pipefail
site=${1:?audit.sh ADDRESS-OF-THE-SITE/}
cd "$(dirname "$0")/.."
out=$PWD/var/audit
mkdir -p "$out"
[ -x "$out/venv/bin/sqlmap" ] || {
  python3 -m venv "$out/venv"
  "$out/venv/bin/pip" install -q wapiti3==3.3.2 sqlmap==1.10.10
}
"$out/venv/bin/wapiti" -u "$site" --scope folder --flush-session -d 2 \
  -m xss,permanentxss,sql,timesql,exec,file,crlf,redirect,csrf,http_headers,cookieflags,csp,xxe,ssrf \
  --max-scan-time 300 --max-attack-time 60 --max-links-per-page 15 \
  -f json -o "$out/wapiti.json" || true
sqlmap=("$out/venv/bin/sqlmap" --batch --level 1 --risk 1 --flush-session --output-dir "$out")
"${sqlmap[@]}" -u "${site}search/?q=a&section=b&tag=c&author=d&from=2026-01-01&to=2026-12-01&page=1&order=newest"
"${sqlmap[@]}" -u "${site}newsletters/sign-up/" --headers "Sec-Fetch-Site: same-origin" \
  --data "email=a@paper.example&newsletters=a&website="
