//! category: async
//! tags: futures, dynamic errors
//! judge: compile

// >>> prompt
async fn fetch_data(url: &str) -> Result<String, Box<dyn std::error::Error>> {
    // <<< prompt
    use std::io::{Read, Write};

    let address = url
        .strip_prefix("http://")
        .ok_or_else(|| format!("not an http address: {}", url))?;
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let mut stream = std::net::TcpStream::connect((host, 80))?;
    write!(stream, "GET /{} HTTP/1.0\r\nHost: {}\r\n\r\n", path, host)?;

    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    let (_head, body) = response
        .split_once("\r\n\r\n")
        .ok_or("the response has no body")?;
    Ok(body.to_string())
}
