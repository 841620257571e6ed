"""Makes a synthetic book, content like a real one: ``python benchmarks/book.py CODES LOCALES FOLDER``.

The same numbers always give the same bytes. Half of the entries have a message, a third an example,
a tenth variants, some a footnote, links or see-also; texts have code spans, links and emphasis as
often as the catalogs of this repository do.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

LOCALES = ("en-US", "fr-FR", "de-DE", "es-ES", "ja-JP", "pt-BR", "it-IT", "ko-KR", "ru-RU", "ar")
WORDS = {
    "en-US": "agent server host name token proxy service certificate command resource group access"
    " network policy machine account rights time file line value answer request reply key name",
    "fr-FR": "agent serveur nom d’hôte jeton mandataire service certificat commande ressource groupe"
    " accès réseau stratégie machine compte droits délai fichier ligne valeur réponse demande clé",
    "de-DE": "Agent Server Hostname Token Proxy Dienst Zertifikat Befehl Ressource Gruppe Zugriff"
    " Netzwerk Richtlinie Computer Konto Rechte Zeit Datei Zeile Wert Antwort Anfrage Schlüssel",
    "es-ES": "agente servidor nombre testigo proxy servicio certificado comando recurso grupo acceso"
    " red directiva equipo cuenta derechos tiempo archivo línea valor respuesta petición clave",
    "ja-JP": "エージェント サーバー ホスト名 トークン プロキシ サービス 証明書 コマンド リソース"
    " グループ アクセス ネットワーク ポリシー マシン アカウント 権限 時間 ファイル 行 値 応答 要求 鍵",
    "pt-BR": "agente servidor nome token proxy serviço certificado comando recurso grupo acesso rede"
    " política máquina conta direitos tempo arquivo linha valor resposta pedido chave",
    "it-IT": "agente server nome token proxy servizio certificato comando risorsa gruppo accesso rete"
    " criterio computer account diritti tempo file riga valore risposta richiesta chiave",
    "ko-KR": "에이전트 서버 호스트 토큰 프록시 서비스 인증서 명령 리소스 그룹 액세스 네트워크 정책"
    " 컴퓨터 계정 권한 시간 파일 줄 값 응답 요청 키",
    "ru-RU": "агент сервер узел токен прокси служба сертификат команда ресурс группа доступ сеть"
    " политика компьютер учётная запись права время файл строка значение ответ запрос ключ",
    "ar": "العامل الخادم المضيف الرمز الوكيل الخدمة الشهادة الأمر المورد المجموعة الوصول الشبكة"
    " النهج الجهاز الحساب الحقوق الوقت الملف السطر القيمة الرد الطلب المفتاح",
}
STOP = {"ja-JP": "。", "ar": "."}
CATEGORIES = ("input", "auth", "network", "service", "system")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in every locale: its seed, its length in words, and what must stay in it."""

    seed: int
    length: int
    kept: tuple[str, ...] = ()

    def say(self, tag: str) -> str:
        chosen = random.Random(f"{self.seed}/{tag}")
        words: list[str] = []
        while len(words) < self.length:
            word = chosen.choice(WORDS[tag].split())
            if word not in words[-1:]:
                words.append(word)
        for item in self.kept:
            words.insert(chosen.randint(1, len(words)), item)
        text = " ".join(words)
        return text[:1].upper() + text[1:] + STOP.get(tag, ".")


@dataclass(frozen=True, slots=True)
class Code:
    """One synthetic entry; every text is a list of sentences."""

    number: int
    texts: dict[str, list[Sentence]]
    """By context slot: title, cause, fix/a, fix/b…"""
    message: str
    example: str
    variants: bool
    see: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"BNCH{self.number:05d}"


def codes(count: int) -> Iterator[Code]:
    """The entries of a book with so many codes."""
    for number in range(count):
        chosen = random.Random(number)

        def sentence(low: int, high: int, *kept: str, r: random.Random = chosen) -> Sentence:
            return Sentence(r.randrange(1 << 30), r.randint(low, high), kept)

        flag = f"`--option-{number % 37}`"
        texts = {
            "title": [sentence(3, 6)],
            "cause": [sentence(10, 20, flag) if number % 2 else sentence(10, 20)],
            "fix/check": [sentence(8, 16, "`bench status --verbose`")],
            "fix/repair": [sentence(8, 20), sentence(6, 12)],
            "fix/retry": [
                sentence(6, 12, "[guide](link:guide)") if number % 3 else sentence(6, 12)
            ],
        }
        if number % 7 == 0:
            texts["cause"] = [sentence(10, 20), sentence(6, 9, "**bench**")]
        if number % 10 == 0:
            texts["fix@linux"] = [sentence(8, 14, "`systemctl start bench`")]
            texts["fix@windows"] = [sentence(8, 14, "`Start-Service bench`")]
        yield Code(
            number,
            texts,
            f"operation {number} failed: Post {{url}}: exit status {number % 251}"
            if number % 2
            else "",
            f'bench connect --group "group{number}" --verbose' if number % 3 == 0 else "",
            number % 10 == 0,
            tuple(sorted({(number + chosen.randint(1, 40)) % count for _ in range(2)} - {number})),
        )


def _text(sentences: list[Sentence], tag: str, number: int, slot: str) -> str:
    note = "[^limits]" if number % 5 == 0 and slot == "cause" else ""
    return " ".join(sentence.say(tag) for sentence in sentences) + note


def catalog(count: int) -> str:
    """The YAML of the catalog; JSON strings are YAML strings."""
    quote = json.dumps
    lines = [
        "catalog: bench",
        "title: Bench",
        r"code_pattern: 'BNCH\d{5}'",
        "platforms: [windows, linux]",
        "categories: {" + ", ".join(f"{c}: {c.title()}" for c in CATEGORIES) + "}",
        "links: {guide: {url: 'https://docs.example.net/guide'}}",
        "footnotes: {limits: The limit is 30 days.}",
        "entries:",
    ]
    for code in codes(count):
        text = {
            slot: quote(_text(s, "en-US", code.number, slot), ensure_ascii=False)
            for slot, s in code.texts.items()
        }
        lines += [
            f"  {code.name}:",
            f"    title: {text['title']}",
            f"    cause: {text['cause']}",
        ]
        if code.variants:
            lines += [
                "    variants:",
                f"      linux: {{fix: {text['fix@linux']}}}",
                f"      windows: {{fix: {text['fix@windows']}}}",
            ]
        else:
            lines += ["    fix:"]
            for slot in ("fix/check", "fix/repair", "fix/retry"):
                lines.append(f"      - {{id: {slot[4:]}, text: {text[slot]}}}")
        lines.append(f"    category: {CATEGORIES[code.number % len(CATEGORIES)]}")
        lines.append(f"    severity: {('error', 'warning', 'fatal')[code.number % 3]}")
        lines.append(f"    identifiers: {{exit-code: {code.number % 251}}}")
        if code.message:
            lines.append(
                f"    messages: [{{text: {quote(code.message)}, params: {{url: {{type: url}}}}}}]"
            )
        if code.example:
            lines.append(f"    examples: [{{console: {quote(code.example)}}}]")
        if code.see:
            lines.append(f"    see: [{', '.join(f'bnch{n:05d}' for n in code.see)}]")
    return "\n".join(lines) + "\n"


def po(count: int, tag: str) -> str:
    """One locale's file: everything translated."""
    quote = json.dumps
    blocks = [
        f'msgid ""\nmsgstr ""\n"Language: {tag.replace("-", "_")}\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
    ]

    def add(context: str, source: str, target: str) -> None:
        blocks.append(
            f"msgctxt {quote(context)}\nmsgid {quote(source, ensure_ascii=False)}\n"
            f"msgstr {quote(target, ensure_ascii=False)}\n"
        )

    add("bench|title", "Bench", "Bench")
    for name in CATEGORIES:
        add(f"bench|category/{name}", name.title(), f"{WORDS[tag].split()[0]} {name}")
    add("note:limits|text", "The limit is 30 days.", f"{WORDS[tag].split()[1]} 30.")
    for code in codes(count):
        for slot, sentences in code.texts.items():
            if code.variants and slot.startswith("fix/"):
                continue
            source = _text(sentences, "en-US", code.number, slot)
            target = _text(sentences, tag, code.number, slot)
            add(f"bnch{code.number:05d}|{slot}", source, target)
    return "\n".join(blocks)


CONFIG = """site_name: Bench
site_url: https://example.org/
docs_dir: source/pages
theme:
  name: material
  features: [content.code.copy, content.footnote.tooltips]
plugins:
  - search
  - errbook:
      source_locale: en-US
      locales:
"""


def write(count: int, number_of_locales: int, folder: Path) -> None:
    """Write a whole project."""
    tags = LOCALES[1:number_of_locales]
    config = CONFIG + "".join(f"        {tag}: {{required: [bench]}}\n" for tag in tags)
    files: dict[str, Callable[[], str]] = {
        "mkdocs.yml": lambda: config,
        "source/errors/bench.yml": lambda: catalog(count),
        "source/pages/index.md": lambda: "---\ntitle: Bench\n---\n\n# Bench\n\nA synthetic book.\n",
    }
    for tag in tags:
        files[f"locales/{tag}/bench.po"] = lambda tag=tag: po(count, tag)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content(), encoding="utf-8")


if __name__ == "__main__":
    write(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
