#!/usr/bin/env bash
# Sets up what the browser tests need beside Python: Chromium, fonts of all scripts, axe-core and
# html-validate. Running it again changes nothing. What it cannot do it says, and the tests that
# need it are skipped with the same words: it always exits 0.
set -uo pipefail
cd "$(dirname "$0")/.."

TOOLS=.errbook-tools
# Fixed, so that a new rule of theirs fails a change that brings it in, and no other.
PACKAGES=(axe-core@4.14.1 html-validate@9.7.1)

say() { echo "setup_browser: $*"; }

have_chromium() {
  command -v chromium-headless-shell || command -v chromium || command -v chromium-browser \
    || command -v google-chrome
}

missing_packages() {
  have_chromium >/dev/null || echo chromium
  # The reference images are drawn with these fonts; without them Arabic and Japanese are boxes.
  command -v fc-list >/dev/null || { echo fontconfig fonts-noto-core fonts-noto-cjk; return; }
  [ -n "$(fc-list 'Noto Sans Arabic')" ] || echo fonts-noto-core
  [ -n "$(fc-list 'Noto Sans CJK JP')" ] || echo fonts-noto-cjk
}

# The browser without the window that nobody sees, where there is one: it is the lighter one.
apt_install() {
  apt-get update || return
  if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
    set -- "${@/#chromium/chromium-headless-shell}"
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
}

install_system_packages() {
  local wanted
  mapfile -t wanted < <(missing_packages | tr ' ' '\n')
  [ "${#wanted[@]}" -eq 0 ] && return
  if ! command -v apt-get >/dev/null; then
    say "${wanted[*]} missing, and there is no apt-get to install them with: install them yourself."
  elif [ "$(id -u)" -ne 0 ]; then
    say "${wanted[*]} missing; run this as root: apt-get install ${wanted[*]}"
  else
    say "installing ${wanted[*]} with apt-get (once)…"
    apt_install "${wanted[@]}" >"$TOOLS/apt.log" 2>&1 \
      || say "apt-get could not install ${wanted[*]}; its words are in $TOOLS/apt.log"
  fi
}

install_node_packages() {
  local done="$TOOLS/.installed"
  [ "$(cat "$done" 2>/dev/null)" = "${PACKAGES[*]}" ] && return
  if ! command -v npm >/dev/null; then
    say "no npm: tests of accessibility and of the HTML are skipped. Install Node.js 18.19 or newer."
    return
  fi
  say "installing ${PACKAGES[*]} with npm into $TOOLS (once)…"
  if npm install --prefix "$TOOLS" --no-save --no-package-lock --ignore-scripts --no-audit \
    --no-fund --loglevel=error "${PACKAGES[@]}" >"$TOOLS/npm.log" 2>&1; then
    echo "${PACKAGES[*]}" >"$done"
  else
    say "npm could not install ${PACKAGES[*]}; its words are in $TOOLS/npm.log"
  fi
}

mkdir -p "$TOOLS"
install_system_packages
install_node_packages
exit 0
