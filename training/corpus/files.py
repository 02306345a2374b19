"""Functions that can fail: files, and requests to addresses in plain and async form.

No function here connects anywhere: the async ones take an address apart or make a request's text.
"""

from __future__ import annotations

from training.corpus.template import Template, template

_ERRORS = (
    "Result<@r, std::io::Error>",
    "Result<@r, std::io::Error>",
    "Result<@r, std::io::Error>",
    "std::io::Result<@r>",
)
_BOXED = "Result<@r, Box<dyn std::error::Error>>"


def file_functions() -> list[Template]:
    """A path in, an ``io::Result`` out."""
    templates = []
    for names, result, body in READS:
        for wrapper in _ERRORS:
            head = f"fn @fn(@path: &str) -> {wrapper.replace('@r', result)} {{"
            templates.append(template(names, f"{head}\n{body.strip(chr(10))}\n}}"))
    for names, text in WRITES:
        templates.append(template(names, text))
    return templates


def boxed_functions() -> list[Template]:
    """Functions with a boxed error, most of them async and about an address."""
    templates = []
    for names, result, body in (*REQUESTS, *_checked_requests()):
        head = f"fn @fn(@url: &str) -> {_BOXED.replace('@r', result)} {{"
        text = f"{head}\n{body.strip(chr(10))}\n}}"
        templates += [template(names, f"async {text}")] * 4
        if ".await" not in body:
            templates.append(template(names, text))
    for names, result, body in READS:
        head = f"fn @fn(@path: &str) -> {_BOXED.replace('@r', result)} {{"
        text = f"{head}\n{body.strip(chr(10))}\n}}"
        templates += [template(names, f"async {text}"), template(names, text)]
    return templates


def _checked_requests() -> list[tuple[str, str, str]]:
    """Return every pairing of a reason to refuse an address with something made from it."""
    requests = []
    for condition, message in REFUSALS:
        for names, result, lines in RESULTS:
            refusal = f'    if {condition} {{\n        return Err("{message}".into());\n    }}\n'
            requests.append((names, result, refusal + "".join(f"    {line}\n" for line in lines)))
    return requests


REFUSALS = (
    ("@url.is_empty()", "empty url"),
    ("@url.trim().is_empty()", "blank url"),
    ("@url.contains(' ')", "space in url"),
    ("@url.len() < @k", "url too short"),
    ("@url.len() > 200", "url too long"),
    ('!@url.starts_with("http")', "not an http address"),
    ('!@url.contains("://")', "no scheme"),
    ("!@url.is_ascii()", "not ascii"),
    ("@url.ends_with('/')", "no file name"),
)

RESULTS = (
    ("fetch_text get_text", "String", ("Ok(@url.to_string())",)),
    ("fetch_page get_page", "String", ('Ok(format!("GET {}", @url))',)),
    (
        "fetch_name get_name",
        "String",
        ("let name = @url.rsplit('/').next().unwrap_or(@url);", "Ok(name.to_string())"),
    ),
    ("fetch_upper get_upper", "String", ("let @text = @url.to_uppercase();", "Ok(@text)")),
    (
        "fetch_content get_content",
        "String",
        ("let mut @text = String::from(@url);", "@text.push('/');", "Ok(@text)"),
    ),
    ("fetch_body get_body", "String", ('let @text = format!("body of {}", @url);', "Ok(@text)")),
    ("fetch_json get_json", "String", ('let @text = @url.replace("http", "json");', "Ok(@text)")),
    ("fetch_size get_size", "usize", ("Ok(@url.len())",)),
    (
        "fetch_words get_words",
        "Vec<String>",
        ("let @out = @url.split('.').map(String::from).collect();", "Ok(@out)"),
    ),
)

READS = (
    (
        "read_text load_text read_contents read_whole",
        "String",
        """
    let bytes = std::fs::read(@path)?;
    Ok(String::from_utf8_lossy(&bytes).to_string())""",
    ),
    (
        "read_text load_contents read_whole read_source",
        "String",
        """
    let mut @text = String::new();
    for line in std::fs::read_to_string(@path)?.lines() {
        @text.push_str(line);
        @text.push('\\n');
    }
    Ok(@text)""",
    ),
    (
        "read_text load_text read_contents read_source",
        "String",
        """
    let @text = match std::fs::read_to_string(@path) {
        Ok(found) => found,
        Err(@err) => return Err(@err.into()),
    };
    Ok(@text)""",
    ),
    (
        "read_input load_input read_contents read_document",
        "String",
        """
    use std::io::Read;
    let mut @text = String::new();
    std::fs::File::open(@path)?.read_to_string(&mut @text)?;
    Ok(@text)""",
    ),
    (
        "read_trimmed load_trimmed",
        "String",
        "    let @text = std::fs::read_to_string(@path)?;\n    Ok(@text.trim().to_string())",
    ),
    (
        "read_text load_text read_contents load_contents",
        "String",
        "    let @text = std::fs::read_to_string(@path)?;\n    Ok(@text)",
    ),
    (
        "read_all load_all read_text read_contents",
        "String",
        """
    use std::io::Read;
    let mut file = std::fs::File::open(@path)?;
    let mut @text = String::new();
    file.read_to_string(&mut @text)?;
    Ok(@text)""",
    ),
    (
        "read_upper load_upper",
        "String",
        "    let @text = std::fs::read_to_string(@path)?;\n    Ok(@text.to_uppercase())",
    ),
    (
        "read_first_line first_line_of",
        "String",
        """
    let @text = std::fs::read_to_string(@path)?;
    let line = @text.lines().next().unwrap_or("");
    Ok(line.to_string())""",
    ),
    (
        "read_last_line last_line_of",
        "String",
        """
    let @text = std::fs::read_to_string(@path)?;
    Ok(@text.lines().last().unwrap_or_default().to_string())""",
    ),
    (
        "read_lines load_lines lines_of",
        "Vec<String>",
        """
    let @text = std::fs::read_to_string(@path)?;
    Ok(@text.lines().map(|line| line.to_string()).collect())""",
    ),
    (
        "read_words load_words words_of",
        "Vec<String>",
        """
    let @text = std::fs::read_to_string(@path)?;
    Ok(@text.split_whitespace().map(String::from).collect())""",
    ),
    ("read_bytes load_bytes", "Vec<u8>", "    std::fs::read(@path)\n        .map_err(|@err| @err.into())"),
    ("read_bytes load_bytes", "Vec<u8>", "    let bytes = std::fs::read(@path)?;\n    Ok(bytes)"),
    (
        "count_lines num_lines line_count",
        "usize",
        "    let @text = std::fs::read_to_string(@path)?;\n    Ok(@text.lines().count())",
    ),
    (
        "count_words num_words word_count",
        "usize",
        "    let @text = std::fs::read_to_string(@path)?;\n    Ok(@text.split_whitespace().count())",
    ),
    (
        "count_chars num_chars",
        "usize",
        "    let @text = std::fs::read_to_string(@path)?;\n    Ok(@text.chars().count())",
    ),
    (
        "count_blank_lines",
        "usize",
        """
    let @text = std::fs::read_to_string(@path)?;
    Ok(@text.lines().filter(|line| line.trim().is_empty()).count())""",
    ),
    (
        "longest_line longest_line_length",
        "usize",
        """
    let @text = std::fs::read_to_string(@path)?;
    let mut @best = 0;
    for line in @text.lines() {
        @best = @best.max(line.len());
    }
    Ok(@best)""",
    ),
    (
        "file_size size_of_file file_length",
        "u64",
        "    let info = std::fs::metadata(@path)?;\n    Ok(info.len())",
    ),
    ("is_directory is_folder", "bool", "    let info = std::fs::metadata(@path)?;\n    Ok(info.is_dir())"),
    (
        "is_empty_file file_is_empty",
        "bool",
        "    let info = std::fs::metadata(@path)?;\n    Ok(info.len() == 0)",
    ),
    (
        "contains_@word mentions_@word",
        "bool",
        '    let @text = std::fs::read_to_string(@path)?;\n    Ok(@text.contains("@word"))',
    ),
    (
        "list_files file_names list_directory",
        "Vec<String>",
        """
    let mut @out = Vec::new();
    for entry in std::fs::read_dir(@path)? {
        let entry = entry?;
        @out.push(entry.file_name().to_string_lossy().to_string());
    }
    Ok(@out)""",
    ),
)

WRITES = (
    (
        "write_text save_text save",
        "fn @fn(@path: &str, @text: &str) -> Result<(), std::io::Error> {\n    std::fs::write(@path, @text)\n}",
    ),
    (
        "copy_text copy_contents",
        "fn @fn(source: &str, target: &str) -> Result<u64, std::io::Error> {\n    std::fs::copy(source, target)\n}",
    ),
    (
        "delete_file remove_file",
        "fn @fn(@path: &str) -> Result<(), std::io::Error> {\n    std::fs::remove_file(@path)\n}",
    ),
    (
        "make_directory create_folder",
        "fn @fn(@path: &str) -> Result<(), std::io::Error> {\n    std::fs::create_dir_all(@path)\n}",
    ),
    (
        "append_line add_line",
        """
fn @fn(@path: &str, line: &str) -> Result<(), std::io::Error> {
    let mut @text = std::fs::read_to_string(@path)?;
    @text.push_str(line);
    std::fs::write(@path, @text)
}""",
    ),
    (
        "write_lines save_lines",
        """
fn @fn(@path: &str, lines: &[String]) -> Result<(), std::io::Error> {
    std::fs::write(@path, lines.join("\\n"))
}""",
    ),
    (
        "read_or_default load_or_empty",
        """
fn @fn(@path: &str) -> String {
    std::fs::read_to_string(@path).unwrap_or_default()
}""",
    ),
    (
        "try_read read_if_exists",
        """
fn @fn(@path: &str) -> Option<String> {
    match std::fs::read_to_string(@path) {
        Ok(@text) => Some(@text),
        Err(_) => None,
    }
}""",
    ),
)

REQUESTS = (
    (
        "fetch_text fetch_page get_text get_page",
        "String",
        """
    if @url.is_empty() {
        return Err("empty url".into());
    }
    Ok(format!("GET {}", @url))""",
    ),
    (
        "fetch_secure get_secure require_https",
        "String",
        """
    if !@url.starts_with("https://") {
        return Err("not a secure address".into());
    }
    Ok(@url.to_string())""",
    ),
    (
        "fetch_host get_host host_of",
        "String",
        """
    let host = @url.split('/').nth(2).ok_or("no host")?;
    Ok(host.to_string())""",
    ),
    (
        "fetch_scheme get_scheme",
        "String",
        """
    let (scheme, _) = @url.split_once(':').ok_or("no scheme")?;
    Ok(scheme.to_string())""",
    ),
    (
        "fetch_path get_path path_of",
        "String",
        """
    let rest = @url.strip_prefix("http://").ok_or("not http")?;
    let path = rest.split('/').skip(1).collect::<Vec<_>>().join("/");
    Ok(path)""",
    ),
    (
        "fetch_request build_request make_request",
        "String",
        """
    let mut request = String::from("GET ");
    request.push_str(@url);
    request.push_str(" HTTP/1.1");
    Ok(request)""",
    ),
    (
        "fetch_port get_port port_of",
        "u16",
        """
    let port = @url.rsplit(':').next().ok_or("no port")?;
    Ok(port.parse()?)""",
    ),
    (
        "fetch_number get_number fetch_id",
        "i32",
        """
    let last = @url.rsplit('/').next().unwrap_or("0");
    let id = last.parse::<i32>()?;
    Ok(id)""",
    ),
    (
        "fetch_length get_length",
        "usize",
        """
    let @text = @url.trim();
    Ok(@text.len())""",
    ),
    (
        "fetch_bytes get_bytes download_bytes",
        "Vec<u8>",
        """
    let bytes = @url.as_bytes().to_vec();
    Ok(bytes)""",
    ),
    (
        "fetch_parts get_parts split_url",
        "Vec<String>",
        """
    let parts = @url.split('/').map(|part| part.to_string()).collect();
    Ok(parts)""",
    ),
    (
        "fetch_local load_local read_local",
        "String",
        """
    let path = @url.trim_start_matches("file://");
    let @text = std::fs::read_to_string(path)?;
    Ok(@text)""",
    ),
    (
        "fetch_lower normalize_url clean_url",
        "String",
        """
    let @text = @url.trim().to_lowercase();
    if @text.is_empty() {
        return Err("nothing to fetch".into());
    }
    Ok(@text)""",
    ),
    (
        "fetch_ready fetch_later get_later",
        "String",
        """
    let @text = std::future::ready(@url.to_string()).await;
    Ok(@text)""",
    ),
    (
        "check_url validate_url",
        "bool",
        """
    let valid = @url.starts_with("http://") || @url.starts_with("https://");
    Ok(valid)""",
    ),
    (
        "check_url require_url",
        "()",
        """
    if @url.contains(' ') {
        return Err("space in url".into());
    }
    Ok(())""",
    ),
)
