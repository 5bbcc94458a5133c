//! Questions to DNS servers, over UDP and where an answer does not fit over TCP.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use kms_proto::dns::failure::DnsFailure;
use kms_proto::dns::message::UDP;
use kms_proto::dns::update::{SentUpdate, UpdateReply};
use kms_proto::time::duration::Nanos;
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{Instant, timeout, timeout_at};

use crate::dns::lookup::{Found, Heard, Lookup};
use crate::dns::patience::{GIVE_UP, TCP, schedule};

/// The longest datagram there is.
const LONGEST: usize = 65_535;

/// What a message says to what was asked.
enum Said<T> {
    /// It is no answer to it.
    NotMine,
    /// It did not fit.
    Truncated,
    /// An answer, good or bad.
    Answer(Result<T, DnsFailure>),
}

/// Asks the servers, in turn and then all at once, until one answers.
///
/// `limit` bounds the whole where it is shorter than what Windows waits, ten seconds.
///
/// # Errors
///
/// What the last server to fail said, when none knows better; or that none answered, or there is
/// none.
pub async fn look_up(
    servers: &[SocketAddr],
    lookup: &Lookup,
    limit: Duration,
) -> Result<Found, DnsFailure> {
    exchange(servers, &lookup.query(), limit, |bytes| match lookup.read(bytes) {
        Heard::NotMine => Said::NotMine,
        Heard::Truncated => Said::Truncated,
        Heard::Found(found) => Said::Answer(Ok(found)),
        Heard::Nothing(failure) => Said::Answer(Err(failure)),
    })
    .await
}

/// Sends an update to a server; again while nothing comes back, which changes no more than once.
///
/// # Errors
///
/// When the server does not answer. What it answers is in the reply.
pub async fn update(
    server: SocketAddr,
    sent: &SentUpdate,
    limit: Duration,
) -> Result<UpdateReply, DnsFailure> {
    exchange(&[server], &sent.bytes, limit, |bytes| match sent.read(bytes) {
        None => Said::NotMine,
        Some(reply) => Said::Answer(Ok(reply)),
    })
    .await
}

async fn exchange<T>(
    servers: &[SocketAddr],
    message: &[u8],
    limit: Duration,
    mut read: impl FnMut(&[u8]) -> Said<T>,
) -> Result<T, DnsFailure> {
    if servers.is_empty() {
        return Err(DnsFailure::NoServers);
    }
    let begin = Instant::now();
    let end = begin + limit.min(duration(GIVE_UP));
    if message.len() > usize::from(UDP) {
        return over_tcp(servers, message, end, &mut read).await;
    }
    let mut sockets = Vec::with_capacity(servers.len());
    for server in servers {
        sockets.push(connected(*server).await.ok());
    }
    // Why a server is of no more use: it failed, or cannot be reached.
    let mut out: Vec<Option<DnsFailure>> = sockets
        .iter()
        .map(|socket| if socket.is_none() { Some(DnsFailure::NoAnswer) } else { None })
        .collect();
    let mut rounds = schedule(servers.len()).peekable();
    let mut buffer = vec![0; LONGEST];
    loop {
        let now = Instant::now();
        while let Some((_, server)) = rounds.next_if(|(at, _)| begin + duration(*at) <= now) {
            if let Some(Some(socket)) = sockets.get(server)
                && out.get(server) == Some(&None)
            {
                // A server that cannot be reached shows as an error when its answer is read.
                let _ = socket.send(message).await;
            }
        }
        if out.iter().all(Option::is_some) {
            return Err(worst(&out));
        }
        // A server that has failed is passed over at once.
        let useful = |out: &[Option<DnsFailure>], server: usize| out.get(server) == Some(&None);
        while rounds.next_if(|(_, server)| !useful(&out, *server)).is_some() {}
        let until = rounds.peek().map_or(end, |(at, _)| (begin + duration(*at)).min(end));
        let Ok((server, received)) = timeout_at(until, any(&sockets, &out, &mut buffer)).await
        else {
            if Instant::now() >= end {
                return Err(worst(&out));
            }
            continue;
        };
        let said = match received {
            Err(_) => Said::Answer(Err(DnsFailure::NoAnswer)),
            Ok(length) => read(buffer.get(..length).unwrap_or_default()),
        };
        match said {
            Said::NotMine => {}
            Said::Truncated => {
                let one = servers.get(server..=server).unwrap_or_default();
                return over_tcp(one, message, end.max(Instant::now() + duration(TCP)), &mut read)
                    .await;
            }
            Said::Answer(Err(failure)) if failure.is_the_servers() => {
                if let Some(out) = out.get_mut(server) {
                    *out = Some(failure);
                }
                // The next server's turn comes now.
                let next = (0..servers.len()).find(|server| useful(&out, *server));
                if let Some(Some(socket)) = next.and_then(|next| sockets.get(next)) {
                    let _ = socket.send(message).await;
                }
            }
            Said::Answer(answer) => return answer,
        }
    }
}

/// The next datagram from a server that is still of use.
async fn any(
    sockets: &[Option<UdpSocket>],
    out: &[Option<DnsFailure>],
    buffer: &mut [u8],
) -> (usize, std::io::Result<usize>) {
    loop {
        let waiting = sockets.iter().zip(out).enumerate();
        let waiting = waiting.filter_map(|(place, (socket, out))| match (socket, out) {
            // An error alone, such as that nobody listens there, does not make it readable.
            (Some(socket), None) => Some(Box::pin(async move {
                (place, socket.ready(Interest::READABLE | Interest::ERROR).await)
            })),
            _ => None,
        });
        let (place, ready) = first(waiting.collect()).await;
        match ready {
            Err(error) => return (place, Err(error)),
            Ok(ready) if ready.is_error() => {
                return (place, Err(std::io::ErrorKind::ConnectionRefused.into()));
            }
            Ok(_) => {}
        }
        if let Some(Some(socket)) = sockets.get(place) {
            match socket.try_recv(buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                received => return (place, received),
            }
        }
    }
}

/// The first of several futures to be ready; none ever is where there are none.
async fn first<T>(mut futures: Vec<std::pin::Pin<Box<impl Future<Output = T>>>>) -> T {
    std::future::poll_fn(move |context| {
        for future in &mut futures {
            if let std::task::Poll::Ready(value) = future.as_mut().poll(context) {
                return std::task::Poll::Ready(value);
            }
        }
        std::task::Poll::Pending
    })
    .await
}

/// What is told of several servers that failed: an answer says more than silence.
fn worst(out: &[Option<DnsFailure>]) -> DnsFailure {
    let said = out.iter().flatten().rev().find(|failure| **failure != DnsFailure::NoAnswer);
    said.copied().unwrap_or(DnsFailure::NoAnswer)
}

async fn over_tcp<T>(
    servers: &[SocketAddr],
    message: &[u8],
    end: Instant,
    read: &mut impl FnMut(&[u8]) -> Said<T>,
) -> Result<T, DnsFailure> {
    for server in servers {
        let reply = timeout_at(end, timeout(duration(TCP), transfer(*server, message))).await;
        let Ok(Ok(Ok(reply))) = reply else { continue };
        return match read(&reply) {
            Said::Answer(answer) => answer,
            Said::NotMine | Said::Truncated => Err(DnsFailure::BadPacket),
        };
    }
    Err(DnsFailure::NoAnswer)
}

async fn transfer(server: SocketAddr, message: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(message.len()).map_err(|_| std::io::ErrorKind::InvalidInput)?;
    stream.write_all(&[&length.to_be_bytes()[..], message].concat()).await?;
    let length = stream.read_u16().await?;
    let mut reply = vec![0; length.into()];
    stream.read_exact(&mut reply).await?;
    Ok(reply)
}

/// A socket of the server's family that hears nobody else.
async fn connected(server: SocketAddr) -> std::io::Result<UdpSocket> {
    let any = if server.is_ipv4() {
        SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 0)
    } else {
        SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), 0)
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(server).await?;
    Ok(socket)
}

fn duration(length: Nanos) -> Duration {
    Duration::from_nanos(u64::try_from(length.0).unwrap_or(0))
}
